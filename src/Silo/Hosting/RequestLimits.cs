using System.Buffers;
using System.Buffers.Text;
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
    public static bool IsReadable(string path, string query)
    {
        if (!IsText(path) || path.AsSpan().IndexOfAny("%\\\r\n\t") >= 0) return false;
        return query.Length == 0 || IsReadable(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(query)));
    }

    /// <summary>Whether something escaped for addresses and forms is text: UTF-8 without control characters, every escape whole.</summary>
    /// <param name="escaped">As sent.</param>
    public static bool IsReadable(ReadOnlySequence<byte> escaped)
    {
        var length = (int)escaped.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            escaped.CopyTo(bytes);
            length = Unescape(bytes.AsSpan(0, length));
            return length >= 0 && Utf8.IsValid(bytes.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    // In place, as text only gets shorter; the new length, or -1 where an escape is broken or stands for a control character.
    private static int Unescape(Span<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '%')
            {
                if (i + 2 >= bytes.Length) return -1;
                if (!Utf8Parser.TryParse(bytes.Slice(i + 1, 2), out value, out var digits, 'x') || digits < 2) return -1;
                i += 2;
            }

            if (value is < 32 and not (9 or 10 or 13) or 127) return -1;
            bytes[length++] = value;
        }

        return length;
    }

    // Judges the body before anybody reads the form out of it: readers of forms mend what is broken, or fail in ways that say little.
    private static async Task<int> JudgeFormAsync(HttpContext context)
    {
        var request = context.Request;
        var ownSize = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || ownSize) return StatusCodes.Status200OK;
        if (request.ContentLength > Body) return StatusCodes.Status413PayloadTooLarge;
        try
        {
            return await IsReadableFormAsync(context) ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Too many fields, or parts that are none.
            return StatusCodes.Status400BadRequest;
        }
    }

    private static async Task<bool> IsReadableFormAsync(HttpContext context)
    {
        var request = context.Request;
        var type = request.GetTypedHeaders().ContentType;
        var charset = type?.Charset.Value ?? "utf-8";
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return false;
        if (type?.SubType.Equals("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            var read = await request.BodyReader.ReadAtLeastAsync(Body + 1, context.RequestAborted);
            var readable = read.Buffer.Length <= Body && IsReadable(read.Buffer);
            request.BodyReader.AdvanceTo(read.Buffer.Start);
            if (!readable) return false;
        }

        var form = await request.ReadFormAsync(context.RequestAborted);
        return form.All(field => IsText(field.Key) && field.Value.All(IsText));
    }

    private static bool IsText(string? value) => value.AsSpan().IndexOfAny(NotText) < 0;
}
