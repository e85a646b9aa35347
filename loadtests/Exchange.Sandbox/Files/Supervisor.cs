using Exchange.Adapter.LocalApi.Callers;

namespace Exchange.Sandbox.Files;

/// <summary>A second caller of an agency: the desk of a supervisor, with a key of its own.</summary>
public static class Supervisor
{
    public const string Name = "supervisor";

    public static string Key(AgencyFolder agency) => Path.Combine(agency.Folder, "callers", "supervisor.key");

    /// <summary>What is added to callers.yaml: the front office marks people at risk, and both decide about them.</summary>
    public static string Rows(AgencyFolder agency)
    {
        if (!File.Exists(Key(agency)))
            LocalTokens.CreateKey(Key(agency), Path.ChangeExtension(Key(agency), ".pub"));
        return $$"""
                may_protect: true
                may_approve: true
              - name: {{Name}}
                token: { issuer: {{agency.Id}}, audience: exchange, subject: {{Name}}, key: callers/supervisor.pub }
                may_ask: []
                may_approve: true

            """;
    }
}
