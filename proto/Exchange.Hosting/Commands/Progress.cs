using System.Globalization;

namespace Exchange.Hosting.Commands;

/// <summary>Says how far something is that takes longer than two seconds: one line that is written over on a terminal, lines elsewhere.</summary>
public sealed class Progress : IDisposable
{
    static readonly TimeSpan silent = TimeSpan.FromSeconds(2), redraw = TimeSpan.FromMilliseconds(500), plain = TimeSpan.FromSeconds(10);

    readonly TextWriter screen;
    readonly bool isTerminal;
    readonly TimeProvider time;
    readonly ITimer timer;
    readonly Lock gate = new();

    string what = "";
    ulong done, total;
    long begun;
    int drawn;

    /// <param name="screen">Standard error, so that standard output holds the result alone.</param>
    public Progress(TextWriter screen, bool isTerminal, TimeProvider time)
    {
        (this.screen, this.isTerminal, this.time) = (screen, isTerminal, time);
        begun = time.GetTimestamp();
        timer = time.CreateTimer(_ => Show(), null, silent, isTerminal ? redraw : plain);
    }

    public static Progress OnConsole() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    /// <param name="now">Such as <c>entries</c>.</param>
    /// <param name="of">0 when it is not known how many.</param>
    public void At(string now, ulong finished, ulong of)
    {
        lock (gate)
        {
            if (what != now)
                begun = time.GetTimestamp();
            (what, done, total) = (now, finished, of);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
            if (drawn > 0)
                screen.Write($"\r{new string(' ', drawn)}\r");
    }

    void Show()
    {
        lock (gate)
        {
            if (what.Length == 0)
                return;
            var rate = done / Math.Max(0.001, time.GetElapsedTime(begun).TotalSeconds);
            var line = total == 0 ? $"{what} ..." : string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} of {total:N0}, {100 * done / total} %, {rate:N0} a second");
            if (!isTerminal)
            {
                screen.WriteLine(line);
                return;
            }
            screen.Write($"\r{line.PadRight(drawn)}");
            drawn = line.Length;
        }
    }
}
