using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Adapter.LocalApi.Callers;

/// <summary>
/// Sets up the bearer scheme: ES256 only, each caller's signature by that caller's key alone, times by
/// <see cref="TimeProvider"/>, and nothing fetched from a network.
/// </summary>
sealed class CallerTokens(CallerRegister register, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
{
    static readonly TimeSpan skew = TimeSpan.FromSeconds(30);

    public void Configure(string? name, JwtBearerOptions options) => Configure(options);

    public void Configure(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.Configuration = new OpenIdConnectConfiguration();
        options.TimeProvider = time;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["JWT"],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            IssuerValidator = (issuer, token, _) =>
                IdentityOf(token) is not null ? issuer : throw new SecurityTokenInvalidIssuerException("No caller has this issuer and subject."),
            AudienceValidator = (audiences, token, _) => IdentityOf(token) is { } identity && audiences.Contains(identity.Audience),
            IssuerSigningKeyResolver = (_, token, _, _) => IdentityOf(token) is { } identity ? [identity.Key] : [],
            LifetimeValidator = IsInForce,
        };
    }

    TokenIdentity? IdentityOf(SecurityToken token) =>
        token is JsonWebToken { Issuer: { } issuer, Subject: { } subject } ? register.Current.FindByToken(issuer, subject)?.Token : null;

    bool IsInForce(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null)
            throw new SecurityTokenNoExpirationException("The token names no end.");
        if (now > expires + skew)
            throw new SecurityTokenExpiredException("The token has expired.");
        if (now < notBefore - skew)
            throw new SecurityTokenNotYetValidException("The token is not valid yet.");
        return true;
    }
}
