using System.Globalization;
using Exchange.Protocol.DataSets;

namespace Exchange.Sandbox.Files;

/// <summary>What the hub's operator writes.</summary>
static class HubFiles
{
    public static void Write(ExchangeFolder folder, HubFolder hub, ExchangePlan plan, ExchangePorts ports)
    {
        // What replicas share lies with the first.
        string Shared(string file) => Path.GetRelativePath(hub.Folder, folder.In("hub", file));
        File.WriteAllText(hub.Config, $"""
            # The hub.
            name: {hub.Name}
            listen: 127.0.0.1:{hub.Address.Port}
            management: {"{"} address: 127.0.0.1, port: {hub.Ready.Port} {"}"}
            certificate: hub.pem
            key: hub.key
            root: ../ca/ca.pem
            crl: ../ca/ca.crl
            directory: {Shared("directory.yaml")}
            matrix: {Shared("matrix.yaml")}
            quotas: {Shared("quotas.yaml")}
            state: state
            log:
              key: log.key
              listen: 127.0.0.1:{hub.Log.Port}
              witnesses: [{"{"} key: "{File.ReadAllText(folder.In("witness", "witness.pub")).Trim()}", address: {folder.Witness} {"}"}]
            enrolment_key: {Shared("enrolment.key")}
            authority: https://localhost:{ports["authority"]}
            {(plan.AuditDatabase is null ? "# audit: { connection: { environment: NAME } }" : $"audit: {"{"} connection: {"{"} environment: {plan.AuditDatabase} {"}"} {"}"}")}
            {(plan.Redis is null ? "# redis: HOST:PORT" : $"redis: {plan.Redis}")}
            {Telemetry(plan, Path.GetFileName(hub.Folder))}

            """);
        if (hub != folder.Hubs[0])
            return;
        File.WriteAllText(folder.Directory, Agencies(folder) + DataSets(folder));
        // The operator's own edits of the matrix survive a second start.
        if (!File.Exists(folder.Matrix))
            File.WriteAllText(folder.Matrix, MatrixRows.Text);
        File.WriteAllText(folder.In("hub", "quotas.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
            # How fast one agency may ask one data set.
            lookups:
              default: { rate: {{plan.Quota.PerSecond}}/s, burst: {{plan.Quota.Burst}} }
            enrolment:
              default: { rate: 5000/s, burst: 50000 }

            """));
    }

    /// <summary>As somebody writes it who has one, or several.</summary>
    public static string OneOrMore(IEnumerable<string> values) => values.ToList() is [var one] ? one : $"[{string.Join(", ", values)}]";

    public static string Telemetry(ExchangePlan plan, string service) => !plan.Traces
        ? "telemetry: { traces: false }"
        : plan.Otlp is null
        ? "# telemetry: { endpoint: http://127.0.0.1:4317 }"
        : string.Create(CultureInfo.InvariantCulture, $"telemetry: {{ service: {service}, endpoint: {plan.Otlp}, sample_ratio: {plan.SampleRatio} }}");

    static string Agencies(ExchangeFolder folder) => "agencies:\n" + string.Concat(folder.Agencies.Select(agency =>
        $"  - {{ id: {agency.Id}, kind: {agency.Kind}, name: {agency.Name}, status: active, epochs: [1] }}\n"))
        + string.Concat(folder.JoinedAgencies.Select(agency => $"  - {{ id: {agency.Agency}, kind: {agency.Kind}, name: \"{agency.Name}\", status: active, epochs: [1] }}\n"));

    /// <summary>Those that an agency here is of the kind to provide.</summary>
    static string DataSets(ExchangeFolder folder) => "data_sets:\n" + string.Concat(folder.Agencies.Select(agency => agency.Kind).Distinct().SelectMany(DataSetCatalogue.ProvidedBy).Select(contract => $"""
          - id: {contract.Id}
            title: {contract.Title}
            question: {contract.Question.FullName}
            record: {contract.Record.FullName}
            declared_size: {contract.DeclaredSize}
            protected: {(contract.IsProtected ? "true" : "false")}
            provider_kind: {contract.ProviderKind}

        """));
}
