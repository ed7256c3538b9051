using Portal.Grains.Abstractions.Onboarding;

namespace Portal.Web.Import;

/// <summary>The words of imports.</summary>
public static class ImportWording
{
    /// <summary>What a column can be, in the order of the list; the first one is: nothing.</summary>
    public static string Field(ImportField field) => field switch
    {
        ImportField.None => "Leave out",
        ImportField.ExternalId => "Id in the other system",
        ImportField.GivenName => "Given name",
        ImportField.FamilyName => "Family name",
        ImportField.FullName => "Full name",
        ImportField.BirthDate => "Date of birth",
        ImportField.Email => "Email",
        ImportField.Mobile => "Mobile",
        ImportField.HomePhone => "Home phone",
        ImportField.Street => "Street",
        ImportField.Town => "Town",
        _ => "Postal or zip code",
    };

    /// <summary>Why a file was not taken; null for a name that is none of ours.</summary>
    public static string? Problem(string? name) => name switch
    {
        "empty" => "Choose a file that has a line with the names of its columns and at least one row",
        "encoding" => "Save the file as UTF-8: some of its letters cannot be read as they are",
        "quote" => "A cell is far too long: somewhere a quotation mark is opened and not closed",
        "json" => "The file begins like JSON and cannot be read as such to its end",
        "fhir" => "The file is JSON, but no FHIR R4 Bundle",
        "columns" => "The first line of the file has to be the names of its columns, at most 100",
        "too-large" => "Choose a file of at most 50 MB, or take it apart",
        "too-many" => "A file may have at most 500,000 rows: take it apart",
        "too-old" => "The page was open for too long. Choose the file again",
        _ => null,
    };

    /// <summary>Why columns cannot be read by.</summary>
    public static string Refusal(MapOutcome outcome) => outcome switch
    {
        MapOutcome.NoName => "Say which columns are the given and the family name, or the full name",
        MapOutcome.NoBirthDate => "Say which column is the date of birth",
        MapOutcome.Twice => "Two columns are said to be the same: leave one of them out",
        _ => "This import has begun, or is over: its columns can't be changed any more",
    };
}
