using Exchange.Hammer.Measurement;
using Exchange.Hammer.Results;

namespace Exchange.Hammer.Tests.Results;

public sealed class GuardTests
{
    [Theory]
    [InlineData(0.10, 10, false)]
    [InlineData(0.05, 20, false)]
    [InlineData(1.00, 1, false)]
    [InlineData(0.03, 10, false)]
    [InlineData(0.019, 10, true)]
    [InlineData(0.10, 26, true)]
    public void A_ratio_is_far_outside_when_it_is_several_times_worse_and_never_when_it_is_better(double throughput, double cpu, bool isFar)
    {
        var both = Guard.Both([Of("T5 exchange WARM", 128, throughput, cpu), Of("T1 HAProxy", 128, 0.5, 1.5)], [Of("T5 exchange WARM", 128, 0.10, 10), Of("T5 exchange WARM", 512, 0.10, 10)]);
        Assert.Equal(isFar, Assert.Single(both).IsFarOutside);
    }

    [Fact]
    public void A_folder_without_ratios_is_said_to_have_none()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-guard-").FullName;
        try
        {
            var mistakes = new List<string>();
            Guard.Read(folder, mistakes);
            File.WriteAllText(Path.Combine(folder, "figures.json"), "{\"cells\": []}");
            Guard.Read(folder, mistakes);
            File.WriteAllText(Path.Combine(folder, "figures.json"), "{\"ratios\": [{}]}");
            Guard.Read(folder, mistakes);
            Assert.Equal(3, mistakes.Count);
            Assert.All(mistakes, mistake => Assert.Contains("has no ratios of a comparison", mistake, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Ratio Of(string contender, int concurrency, double throughput, double cpu) =>
        new(contender, concurrency, 256, One(throughput), One(1), One(1), One(cpu));

    static Spread One(double value) => new(value, value, value);
}
