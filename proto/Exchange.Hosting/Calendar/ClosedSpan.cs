namespace Exchange.Hosting.Calendar;

/// <summary>A time in which an agency takes no questions: from one moment on, and no longer at the other.</summary>
public readonly record struct ClosedSpan(DateTimeOffset From, DateTimeOffset Until);
