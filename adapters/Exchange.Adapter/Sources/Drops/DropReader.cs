using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Drops;

/// <summary><c>drop</c> and <c>keep</c>, beside the file they are for.</summary>
static class DropReader
{
    /// <param name="file">The one in use.</param>
    /// <returns>Null where there is none, or something is wrong with it, which has been reported.</returns>
    public static DropFolder? Read(YamlMap map, string folder, string file)
    {
        var keep = (int)map.Whole("keep", 1, 1000, 14);
        if (ReadPattern(map, "drop", folder) is not { } pattern)
        {
            if (map.Has("keep") && !map.Has("drop"))
                map.Report("keep", "'keep' says how many replaced files are kept; it has no meaning without 'drop'");
            return null;
        }
        var drop = new DropFolder(pattern, file, keep);
        if (!drop.OffersItself)
            return drop;
        map.Report("drop", $"{pattern.Name} is the name of the file in use too; give the files that are dropped another beginning or a folder of their own");
        return null;
    }

    /// <summary>A pattern of files in a folder that exists.</summary>
    public static FilePattern? ReadPattern(YamlMap map, string key, string folder)
    {
        if (map.OptionalText(key) is not { } text)
            return null;
        var pattern = FilePattern.Parse(text, folder);
        if (pattern is null)
            map.Report(key, $"'{text}' is no pattern; write the name of a file with one asterisk where the names differ, such as incoming/changes-*.csv");
        else if (!Directory.Exists(pattern.Folder))
            map.Report(key, $"there is no folder {pattern.Folder}; create it, or correct the path, which is relative to the mapping file");
        else
            return pattern;
        return null;
    }
}
