using System.Text;

namespace Exchange.Hammer.Reporting;

/// <summary>A row for each result of a folder.</summary>
static class Overview
{
    public static string Write(IEnumerable<string> folders)
    {
        var text = new StringBuilder();
        var unreadable = new List<string>();
        text.Append("| folder | verb | commit | when | machine | figures |\n|---|---|---|---|---|---|\n");
        foreach (var folder in folders)
        {
            var name = Path.GetFileName(folder);
            var (one, why) = ResultReader.Read(folder);
            if (one is not null)
                text.Append(FormattableString.Invariant($"| {name} | {one.Verb} | `{(one.Machine.Commit.Length > 8 ? one.Machine.Commit[..8] : one.Machine.Commit)}` | {one.Began:yyyy-MM-dd HH:mm} | {one.Machine.Cpu}, {one.Machine.Cores} cores, {one.Machine.FsyncMicroseconds:0} µs a write | {one.Headline} |\n"));
            else
                unreadable.Add(FormattableString.Invariant($"- {name}: {why}\n"));
        }
        if (unreadable.Count > 0)
            text.Append("\nNot readable:\n\n").AppendJoin("", unreadable);
        return text.ToString();
    }
}
