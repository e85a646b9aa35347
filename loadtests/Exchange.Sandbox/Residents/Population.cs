#pragma warning disable RS0030 // Drawn from a fixed seed on purpose: nothing here is secret.
using System.Globalization;

namespace Exchange.Sandbox.Residents;

/// <summary>The same people at every start: drawn from a fixed seed, so that a story can be told twice.</summary>
public static class Population
{
    static readonly string[] families = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田"];
    static readonly string[] givens = ["陽菜", "蓮", "結衣", "湊", "葵", "大翔", "凛", "樹", "さくら", "悠真", "美咲", "健一", "恵子", "誠", "和子"];

    /// <param name="towns">Each gets an equal share, one after another.</param>
    public static IReadOnlyList<Resident> Draw(int count, IReadOnlyList<string> towns, int seed = 20260401)
    {
        var random = new Random(seed);
        var numbers = new HashSet<string>();
        var people = new List<Resident>(count);
        while (people.Count < count)
        {
            var number = MyNumber(random);
            if (!numbers.Add(number))
                continue;
            var i = people.Count;
            var state = random.Next(100) switch { < 82 => 'A', < 92 => 'E', < 97 => 'U', _ => 'P' };
            var income = state switch { 'A' => 1_200_000L + random.Next(0, 9_000) * 1000L, 'E' => random.Next(0, 900) * 1000L, _ => 0 };
            // Some households live on very little, so that one can be told of.
            if (i / 3 % 50 == 11)
                (state, income) = ('E', i % 3 == 0 ? 380_000 : 0);
            // And some who draw a pension declared nothing.
            if (i % 3 == 0 && i / 3 % 140 == 12)
                (state, income) = ('E', 0);
            people.Add(new Resident(
                number,
                families[random.Next(families.Length)] + " " + givens[random.Next(givens.Length)],
                towns[i * towns.Count / count],
                string.Create(CultureInfo.InvariantCulture, $"T-{700_001 + i * 7}"),
                string.Create(CultureInfo.InvariantCulture, $"R-{10_001 + i}"),
                state,
                income,
                430_000 + random.Next(0, 8) * 110_000L,
                random.Next(4),
                IsUnknownToTax: i % 97 == 96,
                MovedTo: i % 40 == 7 && i < count / towns.Count ? towns[^1] : null,
                Index: i));
        }
        return people;
    }

    /// <summary>Twelve digits with the check digit of ministerial ordinance 85/2014, article 5.</summary>
    static string MyNumber(Random random)
    {
        Span<char> digits = stackalloc char[12];
        var sum = 0;
        for (var n = 11; n >= 1; n--)
        {
            // n counts from the lowest of the first eleven digits, which stands last.
            var digit = random.Next(10);
            digits[11 - n] = (char)('0' + digit);
            sum += digit * (n <= 6 ? n + 1 : n - 5);
        }
        var rest = sum % 11;
        digits[11] = (char)('0' + (rest <= 1 ? 0 : 11 - rest));
        return new string(digits);
    }
}
