using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Witnessing;
using Exchange.Protocol.Transparency;

namespace Exchange.KeyAuthority.Tests.Witnessing;

public sealed class WitnessOptionsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_good_file_is_read_with_paths_relative_to_it()
    {
        using var log = LogByHand.Signer();
        NoteKeyFile.Create(folder["witness.key"], folder["witness.pub"], "privacy-commission", NoteKeyUse.Cosignature);
        var options = Read($$"""
            listen: 127.0.0.1:0
            management: { port: 9468 }
            key: witness.key
            name: privacy-commission
            state: state/witness.db
            logs: ["{{log.Key}}"]
            """);
        Assert.Equal((folder["witness.key"], folder["state/witness.db"], 9468), (options.Key, options.State, options.Management!.Port));
        Assert.Equal(log.Key.ToString(), options.Logs["hub-1"].ToString());
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        using var log = LogByHand.Signer();
        using var namesake = LogByHand.Signer();
        using var witness = new NoteSigner("w", NoteKeyUse.Cosignature, new byte[NoteSigner.SeedLength]);
        var mistakes = Mistakes($"""
            listen: everywhere
            key: absent.key
            name: the commission
            logs: [nonsense, "{witness.Key}", "{log.Key}", "{namesake.Key}"]
            colour: blue
            """);
        foreach (var word in new[] { "'listen'", "'key'", "'name'", "'state'", "'nonsense'", $"'{witness.Key}'", "'hub-1' stands twice", "'colour'" })
            Assert.Single(mistakes, mistake => mistake.Contains(word, StringComparison.Ordinal));
        Assert.Equal(8, mistakes.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("logs:")]
    [InlineData("logs: []")]
    public void A_witness_of_nothing_is_a_mistake(string logs) =>
        Assert.Single(Mistakes(logs + "\nlisten: 127.0.0.1:0"), mistake => mistake.Contains("'logs' names no log", StringComparison.Ordinal));

    List<string> Mistakes(string text) => [.. Assert.Throws<ConfigurationException>(() => Read(text)).Problems.Select(problem => problem.ToString())];

    WitnessOptions Read(string text)
    {
        File.WriteAllText(folder["witness.yaml"], text);
        return WitnessOptions.Read(folder["witness.yaml"]);
    }
}
