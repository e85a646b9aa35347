using System.Buffers.Binary;
using System.Text;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Mapping;

namespace Exchange.Adapter.Sources.Residences;

/// <summary>Residences in a CSV file.</summary>
sealed class ResidencesFile : IResidences
{
    readonly CsvFile file;
    readonly MoveMapping mapping;

    public ResidencesFile(CsvFile file, MoveMapping mapping, TimeSpan poll)
    {
        this.file = file;
        this.mapping = mapping;
        file.Watch(poll, () => { });
    }

    /// <summary>How rows are kept: first and last day as numbers, the code.</summary>
    public static CsvKeep Keep(MoveMapping mapping) => (ReadOnlySpan<object?> cells, RowTimes _, out byte[] kept) =>
    {
        kept = [];
        if (mapping.TryBuild(cells, out var move) is { } wrong)
            return wrong;
        kept = new byte[2 * sizeof(int) + move!.Municipality.Length];
        BinaryPrimitives.WriteInt32LittleEndian(kept, move.From.DayNumber);
        BinaryPrimitives.WriteInt32LittleEndian(kept.AsSpan(sizeof(int)), move.Until?.DayNumber ?? -1);
        Encoding.ASCII.GetBytes(move.Municipality, kept.AsSpan(2 * sizeof(int)));
        return null;
    };

    public ValueTask<IReadOnlyList<Move>> Find(string person, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var span = SourceTelemetry.Start(ResidencesReader.Key, "csv");
        try
        {
            var found = file.FindAll(person, null, ResidencesReader.Key, MoveMapping.Most) ?? throw MoveMapping.TooMany();
            return ValueTask.FromResult(mapping.Complete(found.Rows.Select(Read)));
        }
        catch (SourceException e)
        {
            throw SourceTelemetry.Failed(span, e);
        }
    }

    /// <summary>For whoever keeps the file: why it is not used, or not wholly; null when all is well.</summary>
    public string? Trouble => file.Trouble;

    /// <summary>Looks at the file now. True when a new one took the place of the old.</summary>
    public Task<bool> Poll() => file.Poll();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    static Move Read(ArraySegment<byte> kept)
    {
        var until = BinaryPrimitives.ReadInt32LittleEndian(kept.AsSpan(sizeof(int)));
        return new Move(
            DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32LittleEndian(kept)), until < 0 ? null : DateOnly.FromDayNumber(until),
            Encoding.ASCII.GetString(kept.AsSpan(2 * sizeof(int))));
    }
}
