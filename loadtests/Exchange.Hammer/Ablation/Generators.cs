namespace Exchange.Hammer.Ablation;

/// <summary>What generators can be told to ask.</summary>
static class Generators
{
    public const string Relay = "relay", Warm = "warm", Cold = "cold";
}
