namespace Exchange.Hammer.Parties;

/// <summary>Where the programs lie that a run starts.</summary>
static class ProgramFiles
{
    public static string Gateway => Beside("Exchange.Gateway.dll");

    public static string KeyAuthority => Beside("Exchange.KeyAuthority.dll");

    public static string Tax => Beside("Exchange.Tax.dll");

    public static string Municipality => Beside("Exchange.Municipality.dll");

    public static string Hammer => Beside("Exchange.Hammer.dll");

    static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
}
