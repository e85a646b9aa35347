using System.Text;
using Exchange.Adapter.Answering;
using Exchange.Hosting.Joining;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.DataSets.Predicates;
using Exchange.V1;

namespace Exchange.Adapter.Joining;

/// <summary>The files that <c>init</c> writes, with a comment wherever somebody will want to change something.</summary>
static class ConfigurationTexts
{
    public const string CanaryKey = "CANARY";

    /// <param name="proxy">Empty: none.</param>
    public static string Adapter(Invitation invitation, string proxy, int port) => $$"""
        # The adapter of {{invitation.Name}}. docs/configuration.md has every word of it.
        agency: {{invitation.Agency}}
        hub: [{{string.Join(", ", invitation.Hubs.Select(hub => hub.ToString().TrimEnd('/')))}}]
        {{(proxy.Length == 0 ? "# proxy: http://proxy.town.example:8080   # when the hub is reached through one" : $"proxy: {proxy}")}}
        certificate: agency.pem                  # from the CA; doctor says when it expires
        key: keys/agency.key
        root: root.pem                           # this and the next lines are pinned, from the invitation
        authority_certificate: authority.pem
        hub_point: {{invitation.HubPoint}}
        {{Logs(invitation)}}
        keys: keys/agency-keys.json              # made once; keep a copy in a safe, apart from the databases
        journal_keys: keys/journal-keys.json     # likewise, and best apart from the first
        state: state                             # people and journal
        # backup: /mnt/copies/{{invitation.Agency}}    # where copies are put each day; doctor looks how old the newest is
        sources: sources.yaml
        allow: allow.yaml
        # opening: opening.yaml                  # hours, holidays and maintenance, announced to those who ask; without it, always open
        local_api:                               # where this agency's own systems call, never the hub
          listen: 127.0.0.1:{{port}}
          certificate: local.pem
          key: keys/local.key
          callers: callers.yaml
        management: { port: {{port + 1}} }              # health and metrics, on this machine alone
        {{Canary(invitation)}}

        """;

    public static string Callers(string agency, IReadOnlyCollection<GrantRow> grants)
    {
        var text = new StringBuilder($$"""
            # Which of this agency's own systems may ask what. front-office is whoever has keys/front-office.key.
            callers:
              - name: front-office
                token: { issuer: {{agency}}, audience: exchange, subject: front-office, key: front-office.pub }

            """.ReplaceLineEndings("\n"));
        var asks = grants.Where(row => row.Requester == agency).GroupBy(row => row.Task, row => row.DataSet).ToList();
        text.Append(asks.Count == 0 ? "    may_ask: []                          # the matrix lets this agency ask nothing yet\n" : "    may_ask:                             # all that the matrix permits; take out what nobody here needs\n");
        foreach (var task in asks)
            text.Append("      - { task: ").Append(task.Key).Append(", data_sets: [").AppendJoin(", ", task.Distinct()).Append("] }\n");
        return text.ToString();
    }

    /// <summary>No field is released that the mapping does not fill: an empty list would say that there is nobody.</summary>
    /// <param name="history">Who asked, which the journal knows without a mapping.</param>
    public static string Allow(string agency, IReadOnlyCollection<GrantRow> grants, IReadOnlyList<DataSetDraft> drafts, DataSetContract? history)
    {
        var text = new StringBuilder("# What this agency releases, whatever the hub grants. Take out what is not to be told; nothing is told without a row.\n");
        var rows = drafts.SelectMany(draft => Rows(agency, grants, draft.Contract, name => draft.Fields.Any(field => field.Field == name))).ToList();
        if (drafts.Count > 0 && history is not null)
            rows.AddRange(Rows(agency, grants, history, _ => true));
        text.Append(rows.Count == 0 ? "allow: []\n" : "allow:\n").AppendJoin("", rows.Distinct());
        return text.ToString();
    }

    static IEnumerable<string> Rows(string agency, IEnumerable<GrantRow> grants, DataSetContract contract, Func<string, bool> isFilled) =>
        from asked in grants.Where(row => row.Provider == agency && row.DataSet == contract.Id).GroupBy(row => row.Task)
        from requesters in asked.GroupBy(row => Released(row, contract, isFilled))
        where requesters.Key.Length > 0
        from requester in requesters.Select(row => GrantedRequester.Pattern(row.Requester)).OfType<string>().Distinct()
        select $"  - requester: {requester}\n    task: {asked.Key}\n    data_set: {contract.Id}\n{requesters.Key}";

    static string Released(GrantRow row, DataSetContract contract, Func<string, bool> isFilled)
    {
        var fields = row.Fields.Select(contract.FieldName).OfType<string>().Where(isFilled).ToList();
        var predicates = row.Predicates.Where(one => PredicateTest.TryParse(one.Test, contract, out var test, out _) && test.Fields.All(isFilled)).ToList();
        return (fields.Count > 0 ? $"    fields: [{string.Join(", ", fields)}]\n" : "")
            + (predicates.Count > 0 ? "    predicates:\n" + string.Concat(predicates.Select(one => $"      - {{ name: {one.Name}, version: \"{one.Version}\", test: \"{one.Test}\" }}\n")) : "");
    }

    static string Logs(Invitation invitation) => invitation.Logs.Count == 0 ? "# logs: []" : "logs:\n" + string.Join("\n", invitation.Logs.Select(log =>
        $"  - {{ key: \"{log.Key}\", witnesses: [{string.Join(", ", log.Witnesses.Select(witness => $"\"{witness}\""))}] }}"));

    static string Canary(Invitation invitation) => invitation.Canary is { } canary
        ? $"canary: {{ person: {CanaryKey}, provider: {canary.Provider}, task: {canary.Task}, data_set: {canary.DataSet}, question: \"{canary.Question}\" }}   # nobody's; doctor asks about it"
        : "# canary: { person: CANARY, provider: tax, task: benefit-eligibility, data_set: tax.income.v1, question: year=2025 }   # a person who does not exist, agreed with a provider";
}
