namespace Exchange.Adapter.Hours;

/// <summary>Hours of one day of the week in which an agency takes questions, counted from that day's midnight in Japan.</summary>
/// <param name="Until">Beyond 24 hours where they end on the next day.</param>
public readonly record struct OpenSpan(DayOfWeek Day, TimeSpan From, TimeSpan Until);
