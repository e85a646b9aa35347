using Exchange.Adapter.Sources.Databases;

namespace Exchange.Adapter.Sources.Residences;

/// <summary>Residences in a table of a database.</summary>
sealed class ResidencesTable(Database database, Statement rows, MoveMapping mapping) : IResidences
{
    readonly Statement[] statements = [rows];

    public async ValueTask<IReadOnlyList<Move>> Find(string person, CancellationToken cancellation) =>
        await database.Read(statements, person, null, Take, cancellation) ?? [];

    public ValueTask DisposeAsync() => database.DisposeAsync();

    async Task<IReadOnlyList<Move>?> Take(NextRows next, CancellationToken cancellation)
    {
        var reader = await next();
        var cells = new Cells(ResidencesReader.Key, reader, mapping.Columns, rows);
        var moves = new List<Move>();
        while (await reader.ReadAsync(cancellation))
        {
            if (moves.Count == MoveMapping.Most)
                throw MoveMapping.TooMany();
            if (mapping.TryBuild(cells.Read(), out var move) is { } wrong)
                throw new SourceException(ResidencesReader.Key, wrong.ToString());
            moves.Add(move!);
        }
        return mapping.Complete(moves);
    }
}
