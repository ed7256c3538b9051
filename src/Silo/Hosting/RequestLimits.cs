using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// What a request may be: its size, and that it is text. Refused before any page or grain sees it. All figures are ours; an endpoint
/// for uploads states its own size.
/// </summary>
public static class RequestLimits
{
    /// <summary>Bytes of a body, forms included.</summary>
    public const int Body = 64 * 1024;

    /// <summary>Characters of path and query together, as sent.</summary>
    public const int Address = 4_000;

    /// <summary>
    /// Bytes of the request line. Larger than <see cref="Address"/>, so that a page can say what is wrong; beyond it the server hangs
    /// up.
    /// </summary>
    public const int RequestLine = 16 * 1024;

    /// <summary>Fields of a form.</summary>
    public const int Fields = 256;

    /// <summary>Characters of a form field's name.</summary>
    public const int FieldName = 200;

    // Tab and line ends are part of what people type into several lines.
    private static readonly SearchValues<char> NotText = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(c => (char)c).Where(c => c is not ('\t' or '\r' or '\n')), '\u007f', '\ufffd']);

    /// <summary>Sets the server's limits and those of forms.</summary>
    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Body;
            kestrel.Limits.MaxRequestLineSize = RequestLine;
        });
        builder.Services.Configure<FormOptions>(form =>
        {
            form.ValueCountLimit = Fields;
            form.KeyLengthLimit = FieldName;
            form.ValueLengthLimit = Body;
            form.BufferBodyLengthLimit = Body;
            form.MultipartBodyLengthLimit = Body;
            form.MultipartBoundaryLengthLimit = 100;
            form.MultipartHeadersCountLimit = 8;
            form.MultipartHeadersLengthLimit = 4 * 1024;
        });
    }

    /// <summary>
    /// Refuses addresses and forms that are too long or no text. Goes after routing, as an endpoint may state its own size.
    /// </summary>
    public static void UseRequestLimits(this IApplicationBuilder app) => app.Use(next => async context =>
    {
        var request = context.Request;
        if (request.Path.Value!.Length + request.QueryString.Value!.Length > Address)
        {
            context.Response.StatusCode = StatusCodes.Status414UriTooLong;
            return;
        }

        var readable = IsReadable(request.Path.Value, request.QueryString.Value);
        var status = readable ? await JudgeFormAsync(context) : StatusCodes.Status400BadRequest;
        if (status == StatusCodes.Status200OK)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = status;
        if (status == StatusCodes.Status400BadRequest) context.Features.Set(new ProblemFeature(Problem.Unreadable));
    });

    /// <summary>
    /// Whether an address is text: the path has no control character and no escape that is none, the query's escapes are UTF-8.
    /// </summary>
    /// <param name="path">The path, unescaped by the server.</param>
    /// <param name="query">The query as sent.</param>
    public static bool IsReadable(string path, string query) =>
        path.AsSpan().IndexOfAny(NotText) < 0 && path.AsSpan().IndexOfAny("%\\\r\n\t") < 0 && (query.Length == 0 || IsReadableQuery(query));

    private static bool IsReadableQuery(string query)
    {
        if (query.AsSpan().IndexOfAny(NotText) >= 0) return false;
        if (!query.Contains('%')) return true;
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Address)];
        var length = 0;
        for (var i = 0; i < query.Length; i++)
        {
            if (query[i] != '%')
            {
                // What is not ASCII came as UTF-8 and was judged by the server; here it stands for itself.
                bytes[length++] = query[i] < 128 ? (byte)query[i] : (byte)'_';
                continue;
            }

            if (i + 2 >= query.Length || !char.IsAsciiHexDigit(query[i + 1]) || !char.IsAsciiHexDigit(query[i + 2])) return false;
            var value = Convert.FromHexString(query.AsSpan(i + 1, 2))[0];
            if (value is < 32 and not (9 or 10 or 13) or 127) return false;
            bytes[length++] = value;
            i += 2;
        }

        return Utf8.IsValid(bytes[..length]);
    }

    // Reads the form once for everybody after, so that what is too large is told apart from what is forged.
    private static async Task<int> JudgeFormAsync(HttpContext context)
    {
        var request = context.Request;
        var ownSize = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || ownSize) return StatusCodes.Status200OK;
        if (request.ContentLength > Body) return StatusCodes.Status413PayloadTooLarge;
        var charset = request.GetTypedHeaders().ContentType?.Charset.Value;
        if (charset is not null && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return StatusCodes.Status400BadRequest;
        try
        {
            var form = await request.ReadFormAsync(context.RequestAborted);
            var readable = form.All(field => IsText(field.Key) && field.Value.All(IsText));
            return readable ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        }
        catch (InvalidDataException)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }
    }

    private static bool IsText(string? value) => value.AsSpan().IndexOfAny(NotText) < 0;
}
