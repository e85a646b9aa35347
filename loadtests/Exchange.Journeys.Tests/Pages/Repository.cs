namespace Exchange.Journeys.Tests.Pages;

static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Exchange.sln.");
        return folder.FullName;
    }
}
