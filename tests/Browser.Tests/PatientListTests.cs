using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>The patient list and the record, row by row of what the product promises.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class PatientListTests(Chromium chromium) : IAsyncLifetime
{
    private PortalProcess _portal = null!;
    private StaffPerson _dana = null!;

    private IPage Page => _dana.Page;

    public async Task InitializeAsync()
    {
        _portal = await PortalProcess.StartAsync();
        var riverside = _portal.Riverside;
        _dana = new StaffPerson(_portal, await chromium.OpenAsync(_portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await _dana.SignInAsync();
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [BrowserFact(DisplayName =
        "Patient list: search by name, date of birth, email, phone, id in a clinic of 100,000 patients without waiting; filters; "
        + "hover actions")]
    public async Task The_list_follows_what_one_types_filters_live_in_the_address_and_keys_lead_through_it()
    {
        var alice = _portal.Riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync(alice.Id);
        await Expect(Page.Locator("#count")).ToHaveTextAsync("1 patient");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Contains($"q={alice.Id}", Page.Url);
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Page.Locator("tbody th a")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.WaitForURLAsync($"**/{alice.Id}/access");
        await Page.GoBackAsync();
        await Expect(Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync(alice.Id);

        await Page.GotoAsync("/riverside/staff/patients");
        await Page.GetByLabel("Access").SelectOptionAsync("blocked");
        await Page.WaitForURLAsync("**access=blocked*");
        await Expect(Page.Locator("tbody .badge").First).ToHaveTextAsync("Blocked");
        await Page.GetByRole(AriaRole.Link, new() { NameString = "Last sign-in" }).ClickAsync();
        await Page.WaitForURLAsync("**sort=seen*");
        Assert.Contains("access=blocked", Page.Url);
        await Expect(Page.Locator("th[aria-sort=descending]")).ToContainTextAsync("Last sign-in");
        var invite = Page.Locator("tbody tr").First.GetByRole(AriaRole.Link, new() { NameString = "Invite" });
        await Page.Locator("tbody tr").First.HoverAsync();
        await Expect(invite).ToHaveCSSAsync("opacity", "1");
    }

    [BrowserFact(DisplayName = "Keyboard: command palette with Ctrl+K, ? shows the keys")]
    public async Task The_palette_finds_pages_actions_and_patients_also_after_moving_on()
    {
        var alice = _portal.Riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        await Page.Keyboard.PressAsync("?");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Ctrl K");
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("add a patient");
        await Expect(Page.Locator("#palette-found li")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Enter");
        await Page.WaitForURLAsync("**/patients/new");
        // The focus goes to the new page first.
        await Expect(Page.Heading()).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync(alice.Id);
        await Expect(Page.Locator("#palette-found li")).ToHaveCountAsync(1);
        await Expect(Page.Locator("#palette-text")).ToHaveAttributeAsync("aria-activedescendant", "palette-0");
        await Page.Keyboard.PressAsync("Escape");
        await Page.ReloadAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync(alice.Id);
        await Expect(Page.Locator("#palette-found li")).ToHaveCountAsync(1);
        await Page.FitsAsync("staff-palette");
        await Page.Keyboard.PressAsync("Enter");
        await Page.WaitForURLAsync($"**/{alice.Id}/access");
    }

    [BrowserFact(DisplayName =
        "why can't this patient get in: each condition of this page, ticked or crossed, with the button that mends it")]
    public async Task A_crossed_condition_is_mended_in_its_place()
    {
        var alice = _portal.Riverside.Patients.Last(p => p is { Access: "can_access", AuthEmail: not null });
        await _dana.OpenAsync(alice);
        await _dana.BlockAsync();
        var card = _dana.Card("Why can't this patient get in?");
        await Expect(card).ToContainTextAsync("1 thing to mend");
        await Page.FitsAsync("staff-diagnosis");
        await card.GetByRole(AriaRole.Button, new() { NameString = "Unblock now" }).ClickAsync();
        await Expect(card).ToContainTextAsync("Nothing stands in the way");
    }

    [BrowserFact(DisplayName = "Test patients: flagged, kept out of counts. Available practitioners: ticked per patient")]
    public async Task Test_patients_and_practitioners_are_ticked_on_the_tab()
    {
        await _dana.OpenAsync(_portal.Riverside.Patients[5]);
        await Page.PressAsync("Make this a test patient");
        await Expect(Page.Locator(".head")).ToContainTextAsync("Test");
        var card = _dana.Card("Booking online");
        await card.GetByLabel("Only those ticked below").CheckAsync();
        await card.Locator("input[type=checkbox]").First.UncheckAsync();
        await card.GetByRole(AriaRole.Button, new() { NameString = "Save" }).ClickAsync();
        await Expect(card.Locator("input[type=checkbox]").First).Not.ToBeCheckedAsync();
        await Page.GotoAsync("/riverside/staff/patients?test=only");
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    [BrowserFact(DisplayName = "Patient list: add; a duplicate is warned about before it is saved")]
    public async Task Somebody_is_added_edited_and_a_second_time_warned_about()
    {
        await AddAsync("Ottilie", "Quarrington");
        await Page.WaitForURLAsync("**?done=added");
        await Page.GetByRole(AriaRole.Link, new() { NameString = "Edit details" }).ClickAsync();
        await Page.ReloadAsync();
        await Page.GetByLabel("Tags").FillAsync("diabetes, home visit");
        await Page.FitsAsync("staff-edit");
        await Page.PressAsync("Save");
        await Page.WaitForURLAsync("**?done=saved");
        await Expect(Page.Locator(".head")).ToContainTextAsync("home-visit");
        await AddAsync("Otilie", "Quarington");
        await Expect(Page.Locator("main")).ToContainTextAsync("Same date of birth and a similar name");
        await Page.FitsAsync("staff-new-duplicate");
        await Page.PressAsync("Add anyway");
        await Page.WaitForURLAsync("**?done=added");
    }

    [BrowserFact(DisplayName = "Patient list: merge duplicates")]
    public async Task Two_records_of_one_person_are_merged_side_by_side()
    {
        await AddAsync("Ottoline", "Morrell");
        await Page.WaitForURLAsync("**?done=added");
        await AddAsync("Ottoline", "Morrell");
        await Page.PressAsync("Add anyway");
        await Page.WaitForURLAsync("**?done=added");
        var riverside = _portal.Riverside;
        var erin = new StaffPerson(_portal, await chromium.OpenAsync(_portal.Address, Screen.Desktop), riverside, riverside.Erin);
        await erin.SignInAsync();
        await erin.Page.GotoAsync("/riverside/staff/patients/duplicates");
        await erin.Page.FitsAsync("staff-duplicates-found");
        var compare = erin.Page.GetByRole(AriaRole.Link, new() { NameString = "Compare and merge" }).First;
        await erin.Page.GotoAsync(new Uri(new Uri(_portal.Address), await compare.GetAttributeAsync("href")).ToString());
        await erin.Page.FitsAsync("staff-merge");
        await erin.Page.GetByLabel("I have checked that both are one person").CheckAsync();
        await erin.Page.PressAsync("Merge");
        await erin.Page.WaitForURLAsync("**?done=merged");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("the other record leads here now");
    }

    private async Task AddAsync(string given, string family)
    {
        await Page.GotoAsync("/riverside/staff/patients/new");
        await Page.GetByLabel("Given name").FillAsync(given);
        await Page.GetByLabel("Family name").FillAsync(family);
        await Page.GetByLabel("Day").FillAsync("9");
        await Page.GetByLabel("Month").FillAsync("11");
        await Page.GetByLabel("Year").FillAsync("1931");
        await Page.PressAsync("Add patient");
    }
}
