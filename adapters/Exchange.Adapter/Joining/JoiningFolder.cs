namespace Exchange.Adapter.Joining;

/// <summary>Where <c>init</c> puts what an agency keeps; each name as adapter.yaml will have it.</summary>
sealed record JoiningFolder(string Folder)
{
    public string Config => In("adapter.yaml");

    public string Sources => In("sources.yaml");

    public string Allow => In("allow.yaml");

    public string Callers => In("callers.yaml");

    public string Root => In("root.pem");

    public string AuthorityCertificate => In("authority.pem");

    public string Certificate => In("agency.pem");

    public string Request => In("agency.csr");

    public string Key => In(Path.Combine("keys", "agency.key"));

    public string AgencyKeys => In(Path.Combine("keys", "agency-keys.json"));

    public string JournalKeys => In(Path.Combine("keys", "journal-keys.json"));

    public string LocalCertificate => In("local.pem");

    public string LocalKey => In(Path.Combine("keys", "local.key"));

    public string CallerKey => In(Path.Combine("keys", "front-office.key"));

    public string CallerPublicKey => In("front-office.pub");

    public string State => In("state");

    /// <summary>There until the agency has joined.</summary>
    public string Answers => In("init-answers.json");

    string In(string name) => Path.Combine(Folder, name);
}
