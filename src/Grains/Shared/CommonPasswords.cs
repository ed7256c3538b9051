using System.Collections.Frozen;

namespace Portal.Grains.Shared;

/// <summary>
/// What people choose and attackers try first: frequent passwords of published breaches, the words they are made of, and long
/// phrases known from films, songs, books and comics. In lower case, letters and digits only.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>Shortest word in the list.</summary>
    public const int Shortest = 2;

    /// <summary>Longest word looked for; a longer phrase is found by its parts.</summary>
    public const int Longest = 48;

    /// <summary>Ways over a keyboard, in both directions.</summary>
    public static readonly string[] Keyboards = [.. new[]
    {
        "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p",
        "1a2s3d4f5g6h7j8k9l", "789456123", "147258369", "159357", "741852963", "zaqxswcdevfrbgtnhymjukilop", "0987654321",
    }.SelectMany(row => new[] { row, string.Concat(row.Reverse()) })];

    private const string Words = """
        password passwort passwords passwd pass passw0rd motdepasse contrasena wachtwoord parola senha haslo heslo lozinka salasana
        letmein welcome willkommen bienvenue bienvenido login logon signin signon access enter open unlock secret secreto geheim
        admin administrator root superuser user guest test tester testing temp temporary default changeme change master system
        server network internet computer laptop desktop keyboard windows linux apple google amazon facebook twitter youtube
        instagram whatsapp samsung iphone android microsoft office outlook gmail hotmail yahoo email mail website portal account
        online private security secure safety protect trustno1 trust nothing whatever anything something everything blank none
        qwerty qwertz azerty asdf zxcv qazwsx abcd abc123 abcdef iloveyou loveyou iloveme loveme lovely love lover loves myself
        iamthebest princess prince queen king kingdom angel angels heaven devil demon satan jesus christ god godisgood faith hope
        bless blessed church bible grace mercy glory spirit soul heart hearts kiss kisses baby babygirl babyboy honey sweetie
        sweet sugar candy chocolate cookie cookies cupcake banana apples orange cherry peach strawberry lemon melon mango pepper
        cheese pizza burger coffee monkey dragon tiger lion bear wolf shark eagle falcon hawk phoenix panther cougar jaguar horse
        pony donkey kitty kitten puppy doggy dog cat fish bird birdie duck ducky chicken rabbit bunny turtle snake spider
        butterfly dolphin penguin panda elephant cowboy cowboys rangers yankees lakers dodgers steelers packers eagles raiders
        giants bulls warriors arsenal chelsea liverpool everton manchester united barcelona madrid juventus bayern football
        soccer baseball basketball hockey tennis golf cricket rugby boxing running swimming cycling fishing hunting skating
        summer winter spring autumn fall january february march april may june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday forever always never again
        sunshine sunny sunset sunrise moon moonlight star stars starlight rainbow flower flowers rose roses daisy lily violet
        jasmine ocean river mountain island forest garden thunder lightning storm snow snowball snowflake rain fire ice water
        earth world planet galaxy universe cosmos space rocket shadow night midnight dark darkness black white red blue green
        yellow purple pink silver golden gold diamond diamonds crystal ruby emerald sapphire pearl platinum money dollar cash
        rich lucky luck winner champion victory hero legend ninja samurai warrior soldier sniper hunter killer assassin pirate
        viking knight wizard magic merlin gandalf hobbit matrix batman superman spiderman ironman hulk thor wolverine avengers
        starwars startrek skywalker darthvader yoda jedi vader pokemon pikachu naruto goku mario luigi zelda sonic tetris
        minecraft fortnite roblox playstation nintendo xbox gamer games game playing music guitar piano drums metallica nirvana
        beatles elvis eminem rihanna beyonce taylor swift swiftie harry potter harrypotter hogwarts hermione dumbledore
        michael jennifer jessica ashley amanda matthew daniel andrew joshua robert william james john david thomas charles
        george joseph richard steven kevin brian jason justin brandon jordan tyler austin anthony nicholas nicole michelle
        melissa stephanie elizabeth victoria samantha hannah sarah maria anna emma olivia sophia isabella charlotte amelia
        alexander alexandra alex chris christian patrick peter paul mark martin simon oliver oscar max charlie buster bailey
        maggie molly sophie lucy bella daisy rocky buddy shadow tigger snoopy garfield mickey minnie donald goofy simpson
        america england scotland ireland wales britain france germany deutschland espana italia canada australia london paris
        berlin newyork texas california florida chicago boston dallas hollywood
        mother father mommy daddy mama papa family familia sister brother grandma grandpa husband wife children kids friend
        friends bestfriend boyfriend girlfriend wedding married birthday happy happiness smile smiley funny crazy cool awesome
        beautiful pretty gorgeous sexy hottie handsome genius smart stupid idiot fuckyou fuckoff fuck shit bitch asshole bastard
        doctor nurse clinic hospital health medical medicine patient practice surgery dental dentist pharmacy healthcare
        mercedes porsche ferrari corvette mustang camaro toyota honda nissan chevrolet harley yamaha suzuki kawasaki
        hello helloworld goodbye goodluck please thanks thankyou good best better great super perfect number numberone first
        second third only one two three four five six seven eight nine ten eleven twelve hundred thousand million and the for
        of to in is it at on by or be my me we us no so up am an as do go he if
        you are not with this that from your mine was has have very much
        """;

    private const string Phrases = """
        correct horse battery staple
        the quick brown fox jumps over the lazy dog
        the quick brown fox
        jumps over the lazy dog
        to be or not to be that is the question
        to be or not to be
        that is the question
        may the force be with you
        the force awakens
        luke i am your father
        do or do not there is no try
        live long and prosper
        one ring to rule them all
        you shall not pass
        my precious
        winter is coming
        game of thrones
        you know nothing jon snow
        valar morghulis
        the lord of the rings
        harry potter and the philosophers stone
        i solemnly swear that i am up to no good
        mischief managed
        expecto patronum
        wingardium leviosa
        to infinity and beyond
        hakuna matata
        let it go
        supercalifragilisticexpialidocious
        once upon a time
        happily ever after
        it was the best of times it was the worst of times
        call me ishmael
        in the beginning
        in god we trust
        god bless america
        the lord is my shepherd
        our father who art in heaven
        jesus loves you
        jesus is lord
        i can do all things through christ
        for god so loved the world
        twinkle twinkle little star
        mary had a little lamb
        happy birthday to you
        merry christmas and a happy new year
        merry christmas
        happy new year
        we wish you a merry christmas
        we will rock you
        we are the champions
        bohemian rhapsody
        stairway to heaven
        hotel california
        dont stop believing
        all you need is love
        let it be
        here comes the sun
        yellow submarine
        imagine all the people
        never gonna give you up
        shake it off
        i will always love you
        houston we have a problem
        one small step for man
        i have a dream
        yes we can
        make america great again
        keep calm and carry on
        god save the queen
        god save the king
        rule britannia
        youll never walk alone
        in the name of the father
        a penny for your thoughts
        an apple a day keeps the doctor away
        practice makes perfect
        home sweet home
        carpe diem
        veni vidi vici
        cogito ergo sum
        c est la vie
        je t aime
        ich liebe dich
        te quiero mucho
        te amo
        ti amo
        love you forever
        i love you
        i love my family
        i love my mom
        i love my kids
        i love my dog
        i love my cat
        i love my life
        live laugh love
        hello kitty
        open sesame
        abracadabra
        let me in please
        let me in now
        this is my password
        my password is password
        this is a password
        this is a secret
        password must be changed
        enter your password
        forgot my password
        i forgot my password
        i dont know my password
        i hate passwords
        i hate this password
        please change me
        change this password
        new password
        my new password
        my voice is my passport verify me
        all your base are belong to us
        hack the planet
        the cake is a lie
        it s dangerous to go alone take this
        up up down down left right left right b a start
        klaatu barada nikto
        i am your father
        i am batman
        i am groot
        i am iron man
        with great power comes great responsibility
        why so serious
        hasta la vista baby
        i ll be back
        elementary my dear watson
        shaken not stirred
        bond james bond
        frankly my dear i dont give a damn
        heres looking at you kid
        theres no place like home
        life is like a box of chocolates
        run forrest run
        you cant handle the truth
        say hello to my little friend
        show me the money
        the truth is out there
        red sox nation
        manchester united
        real madrid
        hala madrid
        forca barca
        """;

    private static readonly FrozenSet<string> All = Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Concat(Phrases.Split('\n').Select(phrase => string.Concat(phrase.Where(char.IsLetterOrDigit))))
        .Where(word => word.Length >= Shortest)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public static int Count => All.Count;

    /// <summary>Whether it is one of them.</summary>
    public static bool Contains(string word) => All.Contains(word);
}
