using System.Text.Json;
using Exchange.Hosting.Secrets;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Joining;

/// <summary>What was answered so far, in a file that is there until the agency has joined: begun again, nothing has to be typed twice. It holds no secret and nothing of a resident, and is its owner's alone.</summary>
sealed class RememberedAnswers
{
    readonly string path;
    readonly SortedDictionary<string, string> answers;

    public RememberedAnswers(string path)
    {
        this.path = path;
        answers = Read(path);
    }

    public string? this[string name] => answers.GetValueOrDefault(name);

    public void Keep(string name, string answer)
    {
        answers[name] = answer;
        Folder.CreateForOwner(Path.GetDirectoryName(path)!);
        SecretFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(answers), overwrite: true);
    }

    /// <summary>The agency has joined.</summary>
    public void Forget() => File.Delete(path);

    /// <summary>One that was cut short is as none: it is asked again.</summary>
    static SortedDictionary<string, string> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
