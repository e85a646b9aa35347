using Exchange.Hosting.Commands.Help;
using Exchange.KeyAuthority;

return await KeyAuthorityProgram.Create().InUsersLanguage(typeof(KeyAuthorityProgram).Assembly).Parse(args).InvokeAsync().ConfigureAwait(false);
