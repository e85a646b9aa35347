using Exchange.V1;

namespace Exchange.Journeys.Tests.Faults;

public sealed class ContractTests(Enrolled enrolled)
{
    [Fact]
    public async Task A_data_set_that_the_hub_describes_otherwise_is_refused_with_what_to_do_and_nothing_of_it_leaves()
    {
        await using var scene = await Scene.Start(enrolled, prepare: folder =>
            File.WriteAllText(folder.Directory, File.ReadAllText(folder.Directory).Replace("declared_size: 512", "declared_size: 640", StringComparison.Ordinal)));

        var outcome = await scene.Ask(scene.Resident(Scene.Chiyoda, 0));

        Assert.Equal(Reason.ContractMismatch, outcome.Refusal?.Reason);
        Assert.NotEmpty(outcome.Refusal!.Remedy);
        Assert.Empty(scene.Log());
    }
}
