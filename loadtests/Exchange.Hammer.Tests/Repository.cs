namespace Exchange.Hammer.Tests;

/// <summary>The folder that everything lies in.</summary>
static class Repository
{
    public static string Root
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Exchange.sln")))
                at = at.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds Exchange.sln.");
            return at.FullName;
        }
    }
}
