using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Databases;
using Google.Protobuf;

namespace Exchange.Adapter.Tests.Sources;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData(typeof(InvalidCastException))]
    [InlineData(typeof(OverflowException))]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(NotSupportedException))]
    public async Task A_cell_that_the_driver_cannot_convert_is_named_by_the_kind_of_failure_and_never_shown(Type kind)
    {
        await using var database = new Failing(() => (Exception)Activator.CreateInstance(kind, "canary-4711 does not fit")!);
        var e = await Assert.ThrowsAsync<SourceException>(() => database.Read<string>([], "canary-4711", null, (_, _) => Task.FromResult<string?>(""), default));
        Assert.Equal($"residences: a cell cannot be read ({kind.Name})", e.Message);
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
        Assert.Equal(V1.Reason.SourceUnavailable, e.Refusal.Reason);
    }

    [Fact]
    public async Task A_bug_stays_one()
    {
        await using var database = new Failing(() => new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Read<string>([], "1", null, (_, _) => Task.FromResult<string?>(""), default));
    }

    /// <summary>Reads nothing and throws.</summary>
    sealed class Failing(Func<Exception> how) : Database("residences", SourceLimits.Default, new QueryGate(), TimeProvider.System)
    {
        public override string Kind => "sqlite";

        protected override Task<T?> Run<T>(IReadOnlyList<Statement> statements, string person, IMessage? question, Func<NextRows, CancellationToken, Task<T?>> take, CancellationToken cancellation)
            where T : default => throw how();

        protected override string Explain(Exception exception) => "explained";
    }
}
