using System.Globalization;
using Spectre.Console;

namespace Exchange.Sandbox.Traces;

/// <summary>A trace as a tree: who worked when, for how long, and in which stages.</summary>
public static class TraceTree
{
    const string StagePrefix = "exchange.stage.";

    /// <summary>Of one name beside each other under one span; a list of people asks the same hundreds of times.</summary>
    const int MostBeside = 4;

    public static Tree Draw(IReadOnlyList<CollectedSpan> spans)
    {
        var known = spans.Select(span => span.SpanId).ToHashSet();
        var roots = spans.Where(span => !known.Contains(span.ParentId)).OrderBy(span => span.StartNano).ToArray();
        var begin = spans.Count == 0 ? 0 : spans.Min(span => span.StartNano);
        var tree = new Tree($"trace [bold]{(spans.Count == 0 ? "" : spans[0].TraceId)}[/]");
        foreach (var root in roots)
            Add(tree.AddNode(Line(root, begin)), root, spans, begin);
        return tree;
    }

    static void Add(TreeNode node, CollectedSpan span, IReadOnlyList<CollectedSpan> spans, ulong begin)
    {
        foreach (var (stage, value) in span.Tags.Where(tag => tag.Key.StartsWith(StagePrefix, StringComparison.Ordinal)))
            node.AddNode($"[grey]{Markup.Escape(stage[StagePrefix.Length..].Replace("_us", "", StringComparison.Ordinal)),-12} {Duration(value)}[/]");
        foreach (var same in spans.Where(one => one.ParentId == span.SpanId).OrderBy(one => one.StartNano).GroupBy(one => (one.Name, one.Service)))
        {
            var children = same.ToArray();
            var shown = children.Length > MostBeside + 1 ? children[..(MostBeside / 2)] : children;
            foreach (var child in shown)
                Add(node.AddNode(Line(child, begin)), child, spans, begin);
            if (shown.Length < children.Length)
                node.AddNode(Others(children[shown.Length..]));
        }
    }

    static string Others(CollectedSpan[] spans) => string.Create(CultureInfo.InvariantCulture,
        $"[grey]and {spans.Length} more of these, each {spans.Min(one => one.Took.TotalMilliseconds):0.00} to {spans.Max(one => one.Took.TotalMilliseconds):0.00} ms[/]");

    static string Duration(string microseconds) => string.Create(CultureInfo.InvariantCulture, $"{double.Parse(microseconds, CultureInfo.InvariantCulture) / 1000:0.000} ms");

    static string Line(CollectedSpan span, ulong begin)
    {
        var at = (span.StartNano - begin) / 1e6;
        return string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Markup.Escape(span.Name)}[/] [blue]{Markup.Escape(span.Service)}[/]  +{at:0.00} ms, took [green]{span.Took.TotalMilliseconds:0.00} ms[/]");
    }
}
