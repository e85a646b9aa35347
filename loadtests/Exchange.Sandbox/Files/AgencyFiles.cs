using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Journal.Sealing;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Protocol.Identity;
using Exchange.Sandbox.Files.Records;

namespace Exchange.Sandbox.Files;

/// <summary>What an agency writes to take part: its configuration, its callers, what it tells whom, and where its records are.</summary>
static class AgencyFiles
{
    public static void Write(AgencyFolder agency, ExchangeFolder exchange, ExchangePlan plan)
    {
        string In(params ReadOnlySpan<string> parts) => exchange.In([agency.Id, .. parts]);
        exchange.Certify(CertificateName.Agency(agency.Id), In("agency.pem"), In("agency.key"));
        if (!File.Exists(In("keys", "agency-keys.json")))
            AgencyKeys.Create(In("keys", "agency-keys.json"));
        if (!File.Exists(agency.JournalKeys))
            JournalKeys.Create(agency.JournalKeys);
        if (!File.Exists(In("callers", "front-office.key")))
            LocalTokens.CreateKey(In("callers", "front-office.key"), In("callers", "front-office.pub"));

        File.WriteAllText(agency.Config, $"""
            # The adapter of {agency.Name}.
            agency: {agency.Id}
            hub: {HubFiles.OneOrMore(exchange.Hubs.Select(hub => hub.Address.ToString().TrimEnd('/')))}
            connections: {plan.Connections}
            certificate: agency.pem
            key: agency.key
            root: ../ca/ca.pem
            keys: keys/agency-keys.json
            journal_keys: keys/journal-keys.json
            authority_certificate: ../authority/authority.pem
            hub_point: {exchange.HubPoint}
            logs: [{string.Join(", ", exchange.Hubs.Select(hub => $"{{ key: \"{hub.LogLine}\", witnesses: [\"{File.ReadAllText(exchange.In("witness", "witness.pub")).Trim()}\"] }}"))}]
            state: state
            sources: sources.yaml
            allow: allow.yaml
            local_api: {"{"} listen: 127.0.0.1:{agency.LocalApi.Port}, certificate: agency.pem, key: agency.key, callers: callers.yaml {"}"}
            management: {"{"} address: 127.0.0.1, port: {agency.Ready.Port} {"}"}
            {(plan.Redis is null ? "# redis: HOST:PORT" : $"redis: {plan.Redis}")}
            {HubFiles.Telemetry(plan, agency.Id)}

            """);
        File.WriteAllText(In("callers.yaml"), $$"""
            # Who in this agency may ask what.
            callers:
              - name: {{agency.Caller}}
                token: { issuer: {{agency.Id}}, audience: exchange, subject: {{agency.Caller}}, key: callers/front-office.pub }
                may_ask:
            {{AgencyRules.MayAsk(agency.Kind)}}

            """);
        File.WriteAllText(In("allow.yaml"), AgencyRules.Allows(agency.Kind));
        File.WriteAllText(In("sources.yaml"), AgencyRecords.Mapping(agency));
        System.IO.Directory.CreateDirectory(Path.Combine(agency.Folder, "records"));
        AgencyRecords.Write(agency, [.. exchange.ResidentsOf(agency)]);
    }
}
