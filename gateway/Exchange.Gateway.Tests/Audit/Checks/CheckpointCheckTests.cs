using System.Globalization;
using Exchange.Gateway.Audit.Checks;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

public sealed class CheckpointCheckTests
{
    static readonly Checkpoint checkpoint = new("hub-1", 300, TreeHash.Leaf("root"u8));

    [Fact]
    public void A_checkpoint_of_another_key_of_the_same_name_is_named()
    {
        using var own = KeptLog.NewSigner("hub-1");
        using var other = KeptLog.NewSigner("hub-1");
        Bad.Only(LogFault.CheckpointOfAnotherKey, "checkpoint", Run(SignedNote.Sign(checkpoint.Body, other), own.Key));
    }

    [Theory]
    [InlineData("300", "299")]
    [InlineData("300", "400")]
    public void A_forged_size_or_root_is_named(string was, string now)
    {
        using var own = KeptLog.NewSigner("hub-1");
        var note = SignedNote.Sign(checkpoint.Body, own);
        Bad.Only(LogFault.CheckpointForged, "checkpoint", Run(note.Replace($"\n{was}\n", $"\n{now}\n", StringComparison.Ordinal), own.Key));
        var root = Convert.ToBase64String(TreeHash.Leaf("another"u8));
        Bad.Only(LogFault.CheckpointForged, "checkpoint", Run(note.Replace(Convert.ToBase64String(checkpoint.Root), root, StringComparison.Ordinal), own.Key));
    }

    [Fact]
    public void Another_origin_is_named_also_when_the_logs_own_key_signed_it()
    {
        using var own = KeptLog.NewSigner("hub-1");
        var other = checkpoint with { Origin = "hub-2" };
        Assert.Contains("'hub-2'", Bad.Only(LogFault.CheckpointOfAnotherLog, "checkpoint", Run(SignedNote.Sign(other.Body, own), own.Key)).Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>404</html>")]
    [InlineData("hub-1\n300\nAAAA\n\n\u2014 hub-1 AAAAAAAA\n")]
    [InlineData("hub-1\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 hub-1 AAAAAAAA\n")]
    [InlineData("hub-1\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n\n\u2014 hub-1 AAAAAAAA\n")]
    public void What_is_no_checkpoint_is_named(string note)
    {
        using var own = KeptLog.NewSigner("hub-1");
        Bad.Only(LogFault.CheckpointMalformed, "checkpoint", Run(note, own.Key));
    }

    [Fact]
    public void No_checkpoint_at_all_is_named()
    {
        using var own = KeptLog.NewSigner("hub-1");
        Bad.Only(LogFault.CheckpointMissing, "checkpoint", Run(null, own.Key));
    }

    [Fact]
    public async Task A_witness_that_must_have_cosigned_is_named_when_it_has_not_or_is_counterfeited()
    {
        await using var log = await KeptLog.Written(3);
        await using var other = await KeptLog.Written(2);
        var (note, witness) = (log.Note(), log.Witness.Key);
        var findings = Run(note, log.Key, witness);
        Bad.Nothing(findings);
        Assert.Contains(findings.All, check => check.Says.Contains(DateTimeOffset.UnixEpoch.AddDays(20_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal));

        Bad.Only(LogFault.WitnessMissing, witness.Name, Run(note, log.Key, other.Witness.Key));
        Bad.Only(LogFault.WitnessMissing, witness.Name, Run(note[..note.TrimEnd('\n').LastIndexOf('\n')] + "\n", log.Key, witness));
        // The witness's line of another checkpoint.
        var another = log.Witness.Cosign((checkpoint with { Size = 2 }).Body, DateTimeOffset.UnixEpoch);
        Bad.Only(LogFault.WitnessForged, witness.Name, Run(SignedOnly(note) + another, log.Key, witness));
    }

    static string SignedOnly(string note) => note[..(note.TrimEnd('\n').LastIndexOf('\n') + 1)];

    static Findings Run(string? note, NoteKey key, params NoteKey[] witnesses)
    {
        var findings = new Findings();
        CheckpointCheck.Run(note, key, witnesses, findings);
        return findings;
    }
}
