using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Portal.Benchmarks.Load;

/// <summary>An answer that a page gave.</summary>
/// <param name="Code">The status.</param>
/// <param name="Location">Where it leads; empty: nowhere.</param>
/// <param name="Body">The page.</param>
public sealed record Page(int Code, string Location, string Body);

/// <summary>
/// A browser without scripts: follows nothing by itself, keeps cookies, fills in forms with their hidden fields. It has an address of its
/// own where the machine lets it (any 127.x.y.z on Linux), because the portal counts by address. Where no answer comes, or one that says
/// "try again", it presses the button again for as long as its owner has patience.
/// </summary>
public sealed partial class Visitor : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(35);

    private readonly HttpClient _client;
    private readonly IReadOnlyList<Uri> _addresses;
    private readonly TimeSpan _patience;
    private readonly Dictionary<string, string> _cookies = [];
    private int _next;

    /// <summary>Opens a browser.</summary>
    /// <param name="number">Which visitor, from 0: decides on the address it comes from and the node it begins at.</param>
    /// <param name="options">Of the run.</param>
    public Visitor(int number, LoadOptions options)
    {
        (_addresses, _patience, _next) = (options.Addresses, options.Patience, number);
        var source = new IPAddress([127, (byte)(1 + number / 62_500), (byte)(number / 250 % 250), (byte)(1 + number % 250)]);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = (context, ct) => ConnectAsync(source, context.DnsEndPoint, ct),
        })
        {
            Timeout = LongestWait,
        };
    }

    /// <summary>How often a button was pressed again.</summary>
    public int Again { get; private set; }

    /// <summary>Whether the browser holds a session's cookie.</summary>
    public bool HasSession => _cookies.Keys.Any(name => name.Contains("portal-p-", StringComparison.Ordinal));

    /// <summary>Fetches a page.</summary>
    public Task<Page> GetAsync(string path) => TryAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Fills in the form of a page that has a field of this name or, without fields, the form of this name.</summary>
    /// <exception cref="InvalidDataException">There is no such form.</exception>
    public Task<Page> SubmitAsync(Page page, string path, string form, params (string Name, string Value)[] fields)
    {
        var found = Forms().Matches(page.Body).Select(m => m.Value)
            .FirstOrDefault(f => f.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"There is no form {form} at {path} ({page.Code} {page.Location}).");
        List<KeyValuePair<string, string>> values = [.. Hidden().Matches(found).Select(m =>
            KeyValuePair.Create(Attribute(m.Value, "name"), WebUtility.HtmlDecode(Attribute(m.Value, "value"))))];
        values.AddRange(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return TryAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(values) });
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<Page> TryAsync(Func<HttpRequestMessage> request)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var page = await SendAsync(request());
                if (page.Code is not (502 or 503 or 504) || TimeProvider.System.GetElapsedTime(until) > _patience) return page;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
            {
                if (TimeProvider.System.GetElapsedTime(until) > _patience) throw;
                _next++; // as a load balancer would, at the next node
            }

            Again++;
            await Task.Delay(BetweenTries, TimeProvider.System);
        }
    }

    private async Task<Page> SendAsync(HttpRequestMessage request)
    {
        var node = _addresses[_next % _addresses.Count];
        request.RequestUri = new Uri(node, request.RequestUri!);
        if (_cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        if (request.Method == HttpMethod.Post) request.Headers.Add("Origin", node.GetLeftPart(UriPartial.Authority));
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (response.Headers.TryGetValues("Set-Cookie", out var set)) foreach (var cookie in set) Keep(cookie);
        return new Page((int)response.StatusCode, response.Headers.Location?.OriginalString ?? "", body);
    }

    private void Keep(string cookie)
    {
        var pair = cookie.Split(';', 2)[0].Split('=', 2);
        if (pair[1].Length == 0) _cookies.Remove(pair[0]);
        else _cookies[pair[0]] = pair[1];
    }

    private static async ValueTask<Stream> ConnectAsync(IPAddress source, DnsEndPoint target, CancellationToken ct)
    {
        var local = target.Host is "localhost" or "127.0.0.1";
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (local && OperatingSystem.IsLinux()) socket.Bind(new IPEndPoint(source, 0));
            if (local) await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target.Port), ct);
            else await socket.ConnectAsync(target.Host, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"") is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\"[^>]*>")]
    private static partial Regex Hidden();
}
