using Exchange.Gateway.Policy;
using Exchange.V1;

namespace Exchange.Gateway.Directory;

/// <summary>
/// The rows of the matrix as one agency sees them. The agency itself stands by its id, also where the row names its
/// kind; so does any kind of which there is only one agency. Other kinds stay kinds, and are up when any agency of
/// theirs is, closed when all of them are: a row that speaks of 1,741 municipalities is one row. Of rows that then read
/// alike the most specific stays, as it does in a decision.
/// </summary>
static class GrantRows
{
    public static List<GrantRow> For(AgencyEntry caller, PolicySnapshot policy, DateOnly today, Func<string, bool> isUp, Func<string, DateTimeOffset?> opensAt)
    {
        List<GrantRow> rows = [];
        var seen = new HashSet<(string Requester, string Provider, string Task, string DataSet)>();
        foreach (var row in policy.Matrix.RowsFor(caller.Id, today).OrderBy(Specificity))
        {
            if (IsOrBelongsTo(caller, row.Requester))
                Add(row, caller.Id, Named(row.Provider, policy.Directory));
            if (IsOrBelongsTo(caller, row.Provider))
                Add(row, Named(row.Requester, policy.Directory), caller.Id);
        }
        return rows;

        void Add(PolicyRow row, string requester, string provider)
        {
            if (seen.Add((requester, provider, row.Task, row.DataSet)))
                rows.Add(Write(row, requester, provider, IsUp(provider), OpensAt(provider)));
        }

        bool IsUp(string party) => policy.Directory.TryGetAgency(party, out var agency)
            ? agency.IsActive && isUp(agency.Id)
            : policy.Directory.AgenciesOfKind(party).Any(one => one.IsActive && isUp(one.Id));

        DateTimeOffset? OpensAt(string party)
        {
            if (policy.Directory.TryGetAgency(party, out var agency))
                return opensAt(agency.Id);
            DateTimeOffset? first = null;
            foreach (var one in policy.Directory.AgenciesOfKind(party).Where(one => one.IsActive))
            {
                if (opensAt(one.Id) is not { } opens)
                    return null;
                first = first < opens ? first : opens;
            }
            return first;
        }
    }

    static GrantRow Write(PolicyRow row, string requester, string provider, bool isUp, DateTimeOffset? opensAt) => new()
    {
        Requester = requester,
        Provider = provider,
        Task = row.Task,
        DataSet = row.DataSet,
        Fields = { row.Fields },
        LegalBasis = row.LegalBasis,
        ValidFrom = row.ValidFrom.ToString("O", null),
        ValidUntil = row.ValidUntil?.ToString("O", null) ?? "",
        ProviderUp = isUp,
        Predicates = { row.Predicates },
        NeedsConsent = row.Condition == Condition.Consent,
        ClosedUntilUnixMs = opensAt?.ToUnixTimeMilliseconds() ?? 0,
    };

    static int Specificity(PolicyRow row) => (IsAgency(row.Requester) ? 0 : 2) + (IsAgency(row.Provider) ? 0 : 1);

    static bool IsAgency(string party) => party.Contains('.', StringComparison.Ordinal);

    static bool IsOrBelongsTo(AgencyEntry agency, string party) => party == agency.Id || party == agency.Kind;

    static string Named(string party, AgencyDirectory directory) =>
        directory.AgenciesOfKind(party) is [var only] ? only.Id : party;
}
