using System.Text.Json.Nodes;
using Exchange.Hammer.Planning;

namespace Exchange.Hammer.Tests.Planning;

public sealed class MeasuredCostsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-figures-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_a_committed_run_measured_is_read_from_its_folder_or_its_file()
    {
        var run = Path.Combine(Repository.Root, "loadtests", "results", "2026-11-25-receipts");
        var costs = MeasuredCosts.Read(run, 128);
        Assert.Equal(costs with { From = "" }, MeasuredCosts.Read(Path.Combine(run, "figures.json"), 128) with { From = "" });
        Assert.Equal("d5da92808ee41c6788e6633c3c5037986eeafdbb", costs.Commit);
        Assert.Equal((2, 548.5, true), (costs.Cores, costs.FsyncMicroseconds, costs.WasShared));
        Assert.Equal((102.6, 138.8, 144.1), (Tenths(costs.Warm.HubCpu), Tenths(costs.Warm.ProviderCpu), Tenths(costs.Warm.RequesterCpu)));
        Assert.Equal((200.3, 250.6, 282.2), (Tenths(costs.Cold.HubCpu), Tenths(costs.Cold.ProviderCpu), Tenths(costs.Cold.RequesterCpu)));
        Assert.True(costs.Cold.HubCpu > MeasuredCosts.Read(run, 512).Cold.HubCpu);
    }

    [Fact]
    public void Of_answers_of_several_sizes_the_smallest_are_taken_wherever_they_stand()
    {
        var figures = Whole();
        foreach (var (cell, size, cpu) in figures["closed"]!.AsArray().Select(one => one!.DeepClone()).ToArray().SelectMany(cell => new[] { (cell, 1024, 900), (cell, 256, 300) }))
        {
            var sized = cell.DeepClone();
            sized["size"] = size;
            sized["hub_cpu"]!["median"] = cpu;
            figures["closed"]!.AsArray().Add(sized);
        }
        figures["closed"]!.AsArray().RemoveRange(0, 2);
        File.WriteAllText(Path.Combine(folder, "figures.json"), figures.ToJsonString());
        var costs = MeasuredCosts.Read(folder, 128);
        Assert.Equal((300, 300), (costs.Warm.HubCpu, costs.Cold.HubCpu));
    }

    [Theory]
    [InlineData("machine.commit")]
    [InlineData("machine.cpu")]
    [InlineData("machine.cores")]
    [InlineData("machine.fsync_microseconds")]
    [InlineData("load_before")]
    public void What_is_missing_is_named(string name)
    {
        var figures = Whole();
        var parts = name.Split('.');
        (parts.Length == 1 ? figures : figures[parts[0]]!.AsObject()).Remove(parts[^1]);
        Assert.Equal([name], Missing(figures));
    }

    [Theory]
    [InlineData("hub_cpu")]
    [InlineData("provider_cpu")]
    [InlineData("generator_cpu")]
    public void So_is_a_cost_that_is_missing_empty_or_no_cost(string name)
    {
        foreach (JsonNode? bad in new JsonNode?[] { null, 0, -1, "102.6", new JsonObject(), new JsonObject { ["median"] = 0 }, new JsonObject { ["median"] = "NaN" } })
        {
            var figures = Whole();
            figures["closed"]![1]![name] = bad;
            Assert.Equal([$"closed[contender \"T5 exchange COLD\", concurrency 128].{name}.median"], Missing(figures));
        }
    }

    [Fact]
    public void All_that_is_missing_is_named_at_once() => Assert.Equal(
        [
            "machine.commit", "machine.cpu", "machine.cores", "machine.fsync_microseconds", "load_before",
            "closed[contender \"T5 exchange WARM\", concurrency 128]", "closed[contender \"T5 exchange COLD\", concurrency 128]",
        ], Missing([]));

    [Fact]
    public void A_load_that_was_not_measured_is_named() =>
        Assert.Equal(["closed[contender \"T5 exchange WARM\", concurrency 64]", "closed[contender \"T5 exchange COLD\", concurrency 64]"], Missing(Whole(), atOnce: 64));

    [Fact]
    public void Figures_of_another_verb_are_refused() =>
        Assert.Contains("closed[", Refused(() => MeasuredCosts.Read(Directory.GetDirectories(Path.Combine(Repository.Root, "loadtests", "results"), "*-append").Max()!, 128)), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("# What was measured")]
    [InlineData("{\"machine\": {")]
    public void What_is_not_json_is_refused(string text)
    {
        File.WriteAllText(Path.Combine(folder, "figures.json"), text);
        Assert.Contains("is not JSON", Refused(() => MeasuredCosts.Read(folder, 128)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"machine\": [], \"closed\": {}, \"load_before\": \"low\"}")]
    [InlineData("{\"closed\": [1, null, [], {\"contender\": 5}, {\"contender\": \"T5 exchange WARM\", \"concurrency\": 1.5}]}")]
    public void Json_of_another_shape_lacks_everything(string text)
    {
        File.WriteAllText(Path.Combine(folder, "figures.json"), text);
        Assert.Contains("machine.cores", Refused(() => MeasuredCosts.Read(folder, 128)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_figures_is_said_to_have_none() =>
        Assert.Contains("is not there", Refused(() => MeasuredCosts.Read(folder, 128)), StringComparison.Ordinal);

    string[] Missing(JsonObject figures, int atOnce = 128)
    {
        File.WriteAllText(Path.Combine(folder, "figures.json"), figures.ToJsonString());
        return [.. Refused(() => MeasuredCosts.Read(folder, atOnce)).Split('\n').Skip(1).Select(line => line.Trim())];
    }

    static string Refused(Func<object> read) => Assert.Throws<PlanException>(read).Message;

    static JsonObject Whole()
    {
        static JsonObject Cell(string contender, double cpu) => new()
        {
            ["contender"] = contender,
            ["concurrency"] = 128,
            ["hub_cpu"] = new JsonObject { ["median"] = cpu },
            ["provider_cpu"] = new JsonObject { ["median"] = cpu },
            ["generator_cpu"] = new JsonObject { ["median"] = cpu },
        };
        return new JsonObject
        {
            ["machine"] = new JsonObject { ["commit"] = "abc", ["cpu"] = "CPU", ["cores"] = 2, ["fsync_microseconds"] = 500 },
            ["load_before"] = 0,
            ["closed"] = new JsonArray(Cell("T5 exchange WARM", 100), Cell("T5 exchange COLD", 200)),
        };
    }

    static double Tenths(double value) => Math.Round(value, 1);
}
