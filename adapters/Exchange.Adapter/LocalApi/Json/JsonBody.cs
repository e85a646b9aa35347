using System.Text;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapter.LocalApi.Json;

/// <summary>
/// Reads a JSON body and holds it to its message before it is transcoded: transcoding drops fields it does not know,
/// and a mistyped "maxAge" must not pass for none. The parser's words go to the caller alone, never to a log.
/// </summary>
sealed class JsonBody(TypeRegistry types, int maximumBytes)
{
    // Throws on what is not UTF-8 where the default would put in a replacement.
    static readonly UTF8Encoding utf8 = new(false, true);

    // A lookup nests three deep.
    readonly JsonParser parser = new(new JsonParser.Settings(32, types));

    /// <summary>Null when the body is good; it can then be read again.</summary>
    public async Task<Refusal?> CheckAsync(HttpContext context, MessageDescriptor message)
    {
        var request = context.Request;
        if (!request.HasJsonContentType())
            return Malformed("The content type is not application/json.");
        if (request.ContentLength > maximumBytes)
            return TooLarge();
        var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (BadHttpRequestException)
        {
            return Malformed("The body ended early.");
        }
        try
        {
            parser.Parse(utf8.GetString(body.GetBuffer(), 0, (int)body.Length), message);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or DecoderFallbackException or FormatException or OverflowException)
        {
            return Malformed($"The body is not a {message.FullName} in JSON: {e.Message}");
        }
        body.Position = 0;
        request.Body = body;
        return null;
    }

    Refusal TooLarge() => Reasons.Refuse(Reason.MessageTooLarge, $"The body has more than {maximumBytes} bytes.");

    static Refusal Malformed(string message)
    {
        var refusal = Reasons.Refuse(Reason.QuestionInvalid, message);
        refusal.Remedy = "Correct it; /openapi.json describes every field.";
        return refusal;
    }
}
