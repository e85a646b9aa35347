using System.Text;

namespace Exchange.Adapter.Answering;

/// <summary>
/// Names in kana as offices write them, made alike: full-width katakana, without spaces and dots, small letters as large ones, since
/// older systems know none.
/// </summary>
static class Kana
{
    // U+FF66 to U+FF9D.
    const string HalfWidth = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    const string Small = "ァィゥェォッャュョヮヵヶ", Large = "アイウエオツヤユヨワカケ";

    public static bool AreAlike(string one, string other) => Plain(one) == Plain(other);

    static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
            switch (letter)
            {
                case ' ' or '\u3000' or '\t' or '・' or '･':
                    break;
                case 'ﾞ' or '\u3099' or '゛' when plain.Length > 0:
                    plain[^1] = Voiced(plain[^1]);
                    break;
                case 'ﾟ' or '\u309A' or '゜' when plain.Length > 0:
                    plain[^1] = HalfVoiced(plain[^1]);
                    break;
                case '-' or '‐' or '−' or '－':
                    plain.Append('ー');
                    break;
                default:
                    plain.Append(LargeOf(Full(letter)));
                    break;
            }
        return plain.ToString();
    }

    static char Full(char letter) => letter switch
    {
        >= '\uFF66' and <= '\uFF9D' => HalfWidth[letter - '\uFF66'],
        // Hiragana lie 96 below katakana.
        >= 'ぁ' and <= 'ゖ' => (char)(letter + 0x60),
        _ => letter,
    };

    static char LargeOf(char letter) => Small.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? Large[at] : letter;

    static char Voiced(char letter) => letter switch
    {
        'ウ' => 'ヴ',
        _ when "カキクケコサシスセソタチツテトハヒフヘホ".Contains(letter, StringComparison.Ordinal) => (char)(letter + 1),
        _ => letter,
    };

    static char HalfVoiced(char letter) => "ハヒフヘホ".Contains(letter, StringComparison.Ordinal) ? (char)(letter + 2) : letter;
}
