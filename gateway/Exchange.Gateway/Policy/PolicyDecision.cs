using Exchange.Protocol.Refusals;
using Exchange.V1;

namespace Exchange.Gateway.Policy;

/// <summary>What the matrix says to one question. Made when the matrix is loaded and handed out many times.</summary>
public sealed class PolicyDecision
{
    readonly string? message;

    PolicyDecision(Reason reason, PolicyRow? row = null, string? message = null)
    {
        Reason = reason;
        Row = row;
        this.message = message;
    }

    public static PolicyDecision NotPermitted { get; } = new(Reason.NotPermitted);

    public static PolicyDecision TaskUnknown { get; } = new(Reason.TaskUnknown);

    public static PolicyDecision DataSetUnknown { get; } = new(Reason.DataSetUnknown);

    public static PolicyDecision ProviderUnknown { get; } = new(Reason.ProviderUnknown);

    public static PolicyDecision RequesterUnknown { get; } = new(Reason.AgencyUnknown);

    public static PolicyDecision RequesterSuspended { get; } = new(Reason.AgencySuspended);

    public static PolicyDecision ProviderSuspended { get; } = new(Reason.AgencySuspended, message: "The provider is suspended.");

    /// <summary>The answer the row gives while it is in force.</summary>
    public static PolicyDecision Of(PolicyRow row) => new(Reason.Unspecified, row);

    public bool IsGranted => Reason == Reason.Unspecified;

    /// <summary>Unspecified when granted.</summary>
    public Reason Reason { get; }

    /// <summary>The row that decided; null when none applies.</summary>
    public PolicyRow? Row { get; }

    /// <summary>Granted field numbers, ascending. Never written to; empty when refused.</summary>
    public uint[] Fields => IsGranted ? Row!.Fields : [];

    /// <summary>Never written to; empty when refused.</summary>
    public Predicate[] Predicates => IsGranted ? Row!.Predicates : [];

    public bool NeedsConsent => IsGranted && Row!.Condition == Condition.Consent;

    /// <summary>Empty when refused.</summary>
    public string LegalBasis => IsGranted ? Row!.LegalBasis : "";

    /// <exception cref="InvalidOperationException">When granted.</exception>
    public Refusal ToRefusal() => IsGranted
        ? throw new InvalidOperationException("A grant is not a refusal.")
        : Reasons.Refuse(Reason, message);
}
