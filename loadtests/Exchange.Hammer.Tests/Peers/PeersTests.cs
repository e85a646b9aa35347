using Exchange.Hammer.Contenders;
using Exchange.Hammer.Direct;
using Exchange.Hammer.Load;
using Exchange.Hammer.Machine;
using Exchange.Hammer.Parties;
using Exchange.Hammer.Peers;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Processes;
using Microsoft.Data.Sqlite;

namespace Exchange.Hammer.Tests.Peers;

/// <summary>Each peer as a process of its own between the requester and the direct provider, TLS on both sides of it.</summary>
public sealed class PeersTests(DirectScene scene) : IClassFixture<DirectScene>
{
    const int Size = 10 * 1024;

    static readonly TimeSpan length = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(Lineup.Haproxy)]
    [InlineData(Lineup.Nginx)]
    [InlineData(Lineup.Yarp)]
    [InlineData(Lineup.Conventional)]
    public async Task It_passes_every_question_on_and_the_right_answer_back(string id)
    {
        var place = new PeerPlace(Directory.CreateDirectory(Path.Combine(scene.Folder, id)).FullName, scene.Middle, Ports.Free(1)[0], scene.ProviderPort, Connections: 2);
        var program = await Program(id, place);
        LoadResult result;
        await using (var family = new Family(place.Folder))
        {
            var peer = family.Start(Lineup.Name(id), program.Path, program.Arguments);
            using var channels = new DirectChannels(scene.Requester, NameKind.Hub, place.Port, 2);
            var calls = new DirectCalls(Lineup.Name(id), channels, Size);
            await Family.UntilAnswers(peer, calls, default);

            result = await ClosedLoop.Run(calls, 8, length, default);

            Assert.All(ProcessTimes.WithChildren(peer.Id), process => ProcessTimes.Cpu(process));
            Assert.Null(family.Ended());
        }
        Assert.True(result.Answers > 0);
        if (id == Lineup.Conventional)
            // One more was asked to see whether it answers.
            Assert.Equal(result.Answers + 1, Rows(Path.Combine(place.Folder, "exchanges.db")));
    }

    static async Task<PeerProgram> Program(string id, PeerPlace place)
    {
        try
        {
            return await PeerKind.All[id](place, default);
        }
        catch (ChildFailedException e) when (Environment.GetEnvironmentVariable("EXCHANGE_REQUIRE_SERVERS") != "1")
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    static long Rows(string file)
    {
        using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        database.Open();
        using var count = database.CreateCommand();
        count.CommandText = "SELECT count(*) FROM exchange WHERE outcome = 'ANSWERED' AND requester = 'CN=jp.mun.131016'";
        return (long)count.ExecuteScalar()!;
    }
}
