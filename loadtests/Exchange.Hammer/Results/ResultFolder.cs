namespace Exchange.Hammer.Results;

/// <summary>Where a run's results go: figures.json, README.md and figures.svg in one folder.</summary>
static class ResultFolder
{
    public static void Write(string folder, Report report)
    {
        ResultFiles.Save(folder, report, MarkdownReport.Write(report));
        Figures.Save(report, Path.Combine(folder, "figures.svg"));
    }
}
