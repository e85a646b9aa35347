namespace Exchange.Hosting.Secrets;

/// <summary>A secret file that is not read or written; the message is for whoever runs the program and holds nothing of the secret.</summary>
public sealed class SecretFileException(string message, Exception? inner = null) : Exception(message, inner);
