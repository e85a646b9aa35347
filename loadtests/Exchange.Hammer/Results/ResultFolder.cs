namespace Exchange.Hammer.Results;

/// <summary>Where a run's results go: figures.json, README.md and figures.svg in one folder.</summary>
static class ResultFolder
{
    public static void Write(string folder, Report report)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "figures.json"), report.ToJson());
        File.WriteAllText(Path.Combine(folder, "README.md"), MarkdownReport.Write(report));
        Figures.Save(report, Path.Combine(folder, "figures.svg"));
    }
}
