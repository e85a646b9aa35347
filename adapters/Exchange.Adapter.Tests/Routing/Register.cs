using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Routing;
using Exchange.Adapter.Sources;

namespace Exchange.Adapter.Tests.Routing;

/// <summary>An agency that has enrolled one person, and its record of where that person lived.</summary>
sealed class Register : IResidences, IDisposable
{
    public const string Agency = "jp.mun.131016", Person = "4711";

    readonly string folder = Directory.CreateTempSubdirectory("register-").FullName;
    readonly People people;

    public Register()
    {
        people = People.Open(Path.Combine(folder, "people.db"), "closing", 1, TimeProvider.System);
        people.Save([new EnrolledPerson(Person, new byte[32])]);
        Routing = new ResidenceRouting(Options, new AgencyData(new Dictionary<string, IRecordSource>(), null, this), people);
        WithoutResidences = new ResidenceRouting(Options, AgencyData.None, people);
    }

    public ResidenceRouting Routing { get; }

    public ResidenceRouting WithoutResidences { get; }

    public IReadOnlyList<Move> Moves { get; set; } = [];

    /// <summary>Since 2020 and to this day; a code of 6 digits, or empty for abroad.</summary>
    public void LivesIn(params string[] places) => Moves = [.. places.Select(one => new Move(new DateOnly(2020, 4, 1), null, one))];

    public ValueTask<IReadOnlyList<Move>> Find(string person, CancellationToken cancellation) =>
        IsUnreadable ? throw new SourceException("residences", "the file is gone") : ValueTask.FromResult(Moves);

    public bool IsUnreadable { get; set; }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
        people.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static AdapterOptions Options => BareOptions.Of(Agency);
}
