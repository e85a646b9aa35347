using Exchange.Hammer.Contenders;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Parties;

/// <summary>Lets towns ask the tax agency for employment statements, whose answers are twice as long as those on income. No town may otherwise.</summary>
static class EmploymentGrant
{
    const string Comment = "# For load tests.";

    public static void Write(ExchangeFolder folder)
    {
        var question = TaxQuestion.Employment.DataSet.Id;
        // The matrix is kept between starts, the allow-list written anew.
        if (!File.ReadAllText(folder.Matrix).Contains(Comment, StringComparison.Ordinal))
            File.AppendAllText(folder.Matrix, $"""
                  {Comment}
                  - requester: municipality
                    task: {TaxQuestion.Task}
                    provider: tax
                    data_set: {question}
                    fields: [year, total_paid]
                    condition: none
                    legal_basis: none, people who do not exist
                    valid_from: 2025-01-01

                """);
        File.AppendAllText(Path.Combine(folder.Agency(ExchangePlan.Tax).Folder, "allow.yaml"), $"""
              - requester: jp.mun.*
                task: {TaxQuestion.Task}
                data_set: {question}
                fields: [year, total_paid]

            """);
    }
}
