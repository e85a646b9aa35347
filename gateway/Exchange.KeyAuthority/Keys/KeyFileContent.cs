using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hosting.Secrets;
using Exchange.Protocol.Identity;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Keys;

/// <summary>The key file as it stands on disk.</summary>
sealed record KeyFileContent
{
    internal const int CurrentFormat = 1;
    internal const int MkLength = 32;

    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Converters = { new HexConverter() },
    };

    public required int Format { get; init; }

    /// <summary>Every scalar of the authority is derived from it.</summary>
    public required byte[] Mk { get; init; }

    /// <summary>g; raised when mk is redrawn.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Raised with every change of what the commitments say.</summary>
    public required ulong CommitmentsVersion { get; init; }

    /// <summary>h*G of the hub.</summary>
    public required byte[] HubPoint { get; init; }

    /// <summary>Sorted by agency.</summary>
    public required IReadOnlyList<AdmittedAgency> Agencies { get; init; }

    internal static KeyFileContent Parse(ReadOnlySpan<byte> text)
    {
        var content = JsonSerializer.Deserialize<KeyFileContent>(text, json) ?? throw new JsonException("the file is empty");
        content.Validate();
        return content;
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, json);

    void Validate()
    {
        Require(Format == CurrentFormat, $"format is {Format}; this program reads {CurrentFormat}");
        Require(Mk.Length == MkLength, "mk must have 32 bytes");
        Require(Generation > 0, "generation must be 1 or more");
        Require(CommitmentsVersion > 0, "commitments_version must be 1 or more");
        Require(Ristretto.IsPoint(HubPoint), "hub_point is not a point");
        for (var i = 0; i < Agencies.Count; i++)
        {
            var (agency, epochs) = Agencies[i];
            Require(AgencyNames.IsId(agency), $"agencies[{i}] has no agency id");
            Require(i == 0 || string.CompareOrdinal(Agencies[i - 1].Agency, agency) < 0, $"agencies[{i}] is out of order or stands twice");
            Require(epochs is { Count: > 0 } && epochs[0] > 0 && epochs.Zip(epochs.Skip(1)).All(pair => pair.First < pair.Second),
                $"agencies[{i}] needs ascending epochs from 1");
        }
    }

    static void Require(bool condition, string what)
    {
        if (!condition)
            throw new JsonException(what);
    }
}
