using System.Security.Cryptography.X509Certificates;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>Who calls: by a token if one is sent, else by the client certificate of the connection.</summary>
sealed class CallerIdentification(CallerRegister register, TimeProvider time)
{
    const string ConnectionKey = "exchange.caller";

    /// <summary>Either the caller or why nobody was recognised.</summary>
    public async Task<(Caller? Caller, Refusal? Refusal)> IdentifyAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count > 0)
            return await ByTokenAsync(context);
        if (context.Connection.ClientCertificate is { } certificate)
            return ByCertificate(context, certificate);
        return (null, Reasons.Refuse(Reason.CallerUnknown, "Neither a token nor a client certificate was sent."));
    }

    async Task<(Caller?, Refusal?)> ByTokenAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Succeeded)
        {
            var (issuer, subject) = (Claim(result, JwtRegisteredClaimNames.Iss), Claim(result, JwtRegisteredClaimNames.Sub));
            if (register.Current.FindByToken(issuer, subject) is { } caller)
                return (caller, null);
        }
        return (null, Reasons.Refuse(Reason.CallerUnknown, WhatIsWrong(result.Failure)));
    }

    (Caller?, Refusal?) ByCertificate(HttpContext context, X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        if (now < certificate.NotBefore || now > certificate.NotAfter)
            return (null, Reasons.Refuse(Reason.CallerUnknown, "The client certificate is not in force."));

        // Building a chain costs more than the lookup; once a connection and list of callers is enough.
        var list = register.Current;
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(ConnectionKey, out var known) && known is Recognised recognised && recognised.By == list)
            return (recognised.Caller, null);
        if (list.FindByCertificate(certificate, now) is not { } caller)
            return (null, Reasons.Refuse(Reason.CallerUnknown, "The client certificate belongs to no caller."));
        if (items is not null)
            items[ConnectionKey] = new Recognised(list, caller);
        return (caller, null);
    }

    sealed record Recognised(CallerList By, Caller Caller);

    static string Claim(AuthenticateResult result, string name) => result.Principal?.FindFirst(name)?.Value ?? "";

    static string WhatIsWrong(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenNoExpirationException => "The token names no end.",
        SecurityTokenInvalidIssuerException => "No caller has the token's issuer and subject.",
        SecurityTokenInvalidAudienceException => "The token is meant for another audience.",
        SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException =>
            "The token is not signed with ES256 by the key of a caller that has its issuer and subject.",
        null => "The authorization header holds no bearer token.",
        _ => "The token is malformed.",
    };
}
