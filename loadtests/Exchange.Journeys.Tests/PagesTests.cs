using System.Globalization;
using Exchange.Adapter.Asking;
using Exchange.Adapter.Caching;
using Exchange.Journeys.Tests.Running;
using Exchange.Protocol.DataSets;
using Exchange.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Records.Municipality.V1;

namespace Exchange.Journeys.Tests;

/// <summary>A household of more members than one answer holds, from the database of one town to the systems of another.</summary>
public sealed class PagesTests : OwnExchange
{
    const string Chiyoda = RunningExchange.Chiyoda, Osaka = RunningExchange.Osaka, HouseholdSet = "municipality.household.v1";

    const int Members = 150;

    [Fact]
    public async Task A_large_household_is_told_in_pages_that_together_are_its_record()
    {
        await ProvideHouseholds();
        var read = new Household();
        var token = ByteString.Empty;
        var requests = new HashSet<ByteString>();
        do
        {
            var page = await Ask(token);
            Assert.Null(page.Refusal);
            Assert.Equal(AnswerStatus.Found, page.Status);
            Assert.Equal(["moved_from"], page.Withheld.Select(DataSetCatalogue.Household.FieldName));
            var part = Household.Parser.ParseFrom(page.Record);
            Assert.Equal(token.IsEmpty ? "2001-04-01" : "", part.MovedInOn);
            read.MergeFrom(part);
            // Each page is a lookup with an entry of its own.
            Assert.True(requests.Add(page.Receipt!.RequestId));
            token = page.NextPage;
        }
        while (!token.IsEmpty && requests.Count < Members);

        Assert.True(requests.Count > 2);
        Assert.Equal("", read.MovedFrom);
        Assert.Equal(Enumerable.Range(1900, Members), read.Members.Select(member => member.BirthYear));
    }

    [Fact]
    public async Task A_household_that_changed_after_its_first_page_is_not_told_any_further()
    {
        await ProvideHouseholds();
        var first = await Ask(ByteString.Empty);
        Assert.Null(first.Refusal);
        Sql("UPDATE member SET birth_year = 1899 WHERE birth_year = 1900");
        // As the watch over the file does at its next look.
        Exchange.At<RecordCache>(Chiyoda).Drop(HouseholdSet, null);
        var second = await Ask(first.NextPage);
        Assert.Equal(Reason.SourceUnavailable, second.Refusal?.Reason);
        Assert.True(second.NextPage.IsEmpty);
        Assert.Equal(1899, Household.Parser.ParseFrom((await Ask(ByteString.Empty)).Record).Members[0].BirthYear);
    }

    Task<AskOutcome> Ask(ByteString token) => Exchange.Parts.Asker(Osaka).Ask(
        new AskRequest(Newcomers.Mover, Chiyoda, RunningExchange.Benefits, HouseholdSet, new HouseholdQuestion().ToByteString(), "official-1", "case-1", null, token),
        TestContext.Current.CancellationToken);

    async Task ProvideHouseholds()
    {
        var person = Newcomers.Moved(Exchange.Folder).TownKey;
        Sql(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE household (person TEXT, moved_in TEXT, moved_from TEXT);
            CREATE TABLE member (person TEXT, birth_year INTEGER, moved_in TEXT);
            INSERT INTO household VALUES ('{person}', '2001-04-01', '131024');
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {Members}) INSERT INTO member SELECT '{person}', 1900 + i, '2001-04-01' FROM n;
            """));
        var town = Exchange.Folder.Agency(Chiyoda);
        await Exchange.Parts.StopAgency(Chiyoda);
        await File.WriteAllTextAsync(Path.Combine(town.Folder, "sources.yaml"), $$"""
            data_sets:
              {{HouseholdSet}}:
                source: sqlite
                file: records/pages.db
                table: household
                key: person
                fields: { moved_in_on: moved_in, moved_from: moved_from }
                lists:
                  members: { table: member, key: person, order: birth_year, fields: { birth_year: birth_year, moved_in_on: moved_in } }

            """);
        await File.WriteAllTextAsync(Path.Combine(town.Folder, "allow.yaml"), $"""
            allow:
              - requester: {Osaka}
                task: {RunningExchange.Benefits}
                data_set: {HouseholdSet}
                fields: [moved_in_on, members]

            """);
        Assert.True(Exchange.UseMatrix($"""
            rows:
              - requester: municipality
                task: {RunningExchange.Benefits}
                provider: municipality
                data_set: {HouseholdSet}
                fields: [moved_in_on, moved_from, members]
                condition: none
                legal_basis: Number Act article 19 (8), benefit eligibility
                valid_from: 2025-01-01

            """));
        await Exchange.Parts.StartAgency(Chiyoda);
        await Exchange.Parts.UntilConnected();
    }

    void Sql(string text)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Exchange.Folder.Agency(Chiyoda).Records("pages.db"), Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
