using System.Globalization;
using Exchange.Gateway.Limits;
using Exchange.Protocol.DataSets;

namespace Exchange.Gateway.Commands.Begin;

/// <summary>Configuration of a hub that begins, with words for whoever edits it.</summary>
static class NewHubFiles
{
    public static string Gateway(string name, Uri? authority) => $$"""
        # The hub. Every key stands in docs/configuration.md; the program tells every mistake: check --config gateway.yaml
        name: {{name}}
        listen: 0.0.0.0:7443                     # where agencies connect: TLS 1.3, client certificates
        certificate: hub.pem                     # what the CA made of hub.csr
        key: hub.key
        root: ca.pem                             # the CA's own certificate
        crl: ca.crl                              # its revocation list, DER, at most 24 hours old; read again every 5 s
        directory: directory.yaml
        matrix: matrix.yaml
        quotas: quotas.yaml
        state: state                             # log, translation keys, commitments: copied, and never put back older
        log:
          key: log.key
          listen: 0.0.0.0:7480                   # checkpoints and hashes for everybody, plain HTTP
          # witnesses:                           # the line of each one's init; from then on it has to cosign
          #   - { key: LINE, address: https://witness.example }
        enrolment_key: enrolment.key
        {{(authority is null ? "# authority: https://authority.example:7444   # without it nobody can be enrolled" : $"authority: {authority.GetLeftPart(UriPartial.Authority)}")}}
        management: { address: 127.0.0.1, port: 9464 }   # health and metrics, plain HTTP
        # audit: { connection: { environment: AUDIT_DATABASE } }   # the log in PostgreSQL instead of a file
        # redis: 127.0.0.1:6379                  # quotas that replicas share
        # telemetry: { endpoint: http://127.0.0.1:4317 }   # this body's own collector

        """;

    /// <summary>Without agencies: they are added by command.</summary>
    public static string Directory() => """
        # Agencies are added by: agency add --config gateway.yaml ID --kind KIND --name NAME
        agencies: []
        # What may be asked for: those that the agencies' programs know, and only they.
        data_sets:

        """ + string.Concat(DataSetCatalogue.All.Select(one => $"""
              - id: {one.Id}
                title: {one.Title}
                question: {one.Question.FullName}
                record: {one.Record.FullName}
                declared_size: {one.DeclaredSize.ToString(CultureInfo.InvariantCulture)}
                protected: {(one.IsProtected ? "true" : "false")}
                provider_kind: {one.ProviderKind}

            """));

    public const string Matrix = """
        # No row, no exchange. Each names every field, and the law that it stands on. Days are those of Japan.
        rows: []
        # rows:
        #   - requester: municipality            # a kind, or an agency's id
        #     task: benefit-eligibility
        #     provider: tax
        #     data_set: tax.income.v1
        #     fields: [year, assessment_state, total_income, dependants]
        #     condition: none
        #     legal_basis: Number Act, art. 19 (8)
        #     valid_from: 2026-04-01

        """;

    public static string Quotas => string.Create(CultureInfo.InvariantCulture, $$"""
        lookups:                                 # of one data set by one agency
          default: { rate: {{QuotaRules.DefaultLookup.Count}}/s, burst: {{QuotaRules.DefaultLookup.Burst}} }
        enrolment:                               # people of one agency
          default: { rate: {{QuotaRules.DefaultEnrolment.Count}}/s, burst: {{QuotaRules.DefaultEnrolment.Burst}} }

        """);
}
