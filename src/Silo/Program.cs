using Portal.Silo.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPortalWeb();

var app = builder.Build();
app.UsePortalWeb();
app.Run();
