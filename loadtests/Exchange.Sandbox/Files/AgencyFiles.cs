using Exchange.Adapter.Enrolment;
using Exchange.Adapter.LocalApi.Callers;
using Exchange.Protocol.Identity;

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
        if (!File.Exists(In("callers", "front-office.key")))
            LocalTokens.CreateKey(In("callers", "front-office.key"), In("callers", "front-office.pub"));

        File.WriteAllText(agency.Config, $"""
            # The adapter of {agency.Name}.
            agency: {agency.Id}
            hub: {exchange.Gateway.ToString().TrimEnd('/')}
            connections: {plan.Connections}
            certificate: agency.pem
            key: agency.key
            root: ../ca/ca.pem
            keys: keys/agency-keys.json
            authority_certificate: ../authority/authority.pem
            hub_point: {exchange.HubPoint}
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
                  - { task: benefit-eligibility, data_sets: [tax.income.v1, municipality.resident-tax.v1] }
                  - { task: child-allowance, data_sets: [municipality.resident-tax.v1] }
                  - { task: parking-permit, data_sets: [tax.income.v1] }

            """);
        File.WriteAllText(In("allow.yaml"), agency.Kind == "tax" ? TaxAllows : TownAllows);
        File.WriteAllText(In("sources.yaml"), agency.Kind == "tax" ? AgencyRecords.TaxMapping : agency.Id == ExchangePlan.Chiyoda ? AgencyRecords.CsvTownMapping : AgencyRecords.SqliteTownMapping);
        System.IO.Directory.CreateDirectory(Path.Combine(agency.Folder, "records"));
        AgencyRecords.Write(agency, [.. exchange.ResidentsOf(agency)]);
    }

    const string TaxAllows = """
        # What this agency releases, whatever the hub grants.
        allow:
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: tax.income.v1
            fields: [year, assessment_state, total_income, taxable_income, total_deductions, dependants, municipal_income_levy, prefectural_income_levy]

        """;

    const string TownAllows = """
        # What this town releases, whatever the hub grants.
        allow:
          - requester: jp.mun.*
            task: benefit-eligibility
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, taxable_income, municipal_income_levy, prefectural_income_levy, dependants]
          - requester: jp.mun.*
            task: child-allowance
            data_set: municipality.resident-tax.v1
            fields: [fiscal_year, assessment_state, total_income, dependants]

        """;
}
