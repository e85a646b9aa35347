using System.Reflection;
using Exchange.Hosting.Configuration;

namespace Exchange.Hosting.Commands.Help;

/// <summary>
/// The Japanese of the texts of <c>--help</c>, by the English as it stands beside a command: whoever changes that has to change the other,
/// and a test says so.
/// </summary>
public sealed class Translations
{
    /// <summary>The resource in which each area of the program has its own.</summary>
    const string Resource = "japanese.yaml";

    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    Translations()
    {
    }

    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>Those of all areas, and of what every program has.</summary>
    /// <exception cref="ConfigurationException">A file is no map of texts.</exception>
    public static Translations Of(params IEnumerable<Assembly> areas)
    {
        var all = new Translations();
        foreach (var area in areas.Append(typeof(Translations).Assembly))
            all.Read(area);
        return all;
    }

    /// <summary>In Japanese; what has no translation stays as it is.</summary>
    public string Translate(string english) => texts.GetValueOrDefault(english, english);

    void Read(Assembly area)
    {
        using var reader = new StreamReader(area.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{area.GetName().Name} embeds no {Resource}"));
        var problems = new Problems();
        var map = YamlFile.Parse(Resource, reader.ReadToEnd(), problems);
        foreach (var english in map.Keys)
            texts[english] = map.Text(english);
        problems.ThrowIfAny();
    }
}
