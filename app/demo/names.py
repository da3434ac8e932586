"""First names, last names and streets of the demo world's customers, by country. Data only."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = {
    "tr": _words(
        """
        Elif Zeynep Ayşe Fatma Merve Esra Büşra Selin Defne Ece Derya Gizem Pınar Seda Sibel Nazlı İrem
        Melis Ceren Tuğba Özge Aslı Burcu Ebru Mehmet Mustafa Ahmet Ali Emre Burak Can Cem Deniz Efe
        Emir Kerem Kaan Mert Murat Onur Ozan Serkan Tolga Uğur Volkan Yusuf Barış Hakan İbrahim Oğuz
        """
    ),
    "it": _words(
        """
        Giulia Francesca Chiara Sara Martina Sofia Aurora Alice Elena Valentina Federica Silvia Laura
        Anna Beatrice Camilla Ginevra Greta Marta Paola Luca Marco Andrea Matteo Lorenzo Alessandro
        Davide Francesco Giovanni Riccardo Simone Stefano Tommaso Edoardo Filippo Giacomo Leonardo
        Niccolò Pietro Roberto
        """
    ),
}

LAST_NAMES = {
    "tr": _words(
        """
        Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan
        Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Erdoğan Güneş Aksoy Bulut Taş Tekin Avcı Ünal
        Güler Yavuz Keskin Turan Acar Bozkurt Işık Sarı Duman Ateş Toprak Sezer Uçar Ergin Karaca Altun
        Tunç Soylu Akın Durmaz
        """
    ),
    "it": _words(
        """
        Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa
        Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara
        Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi
        Villa Conte Ferraro
        """
    ),
}

STREETS = {
    "tr": (
        "Atatürk Caddesi",
        "Cumhuriyet Caddesi",
        "İnönü Caddesi",
        "Gazi Bulvarı",
        "İstiklal Sokak",
        "Çınar Sokak",
        "Gül Sokak",
        "Lale Sokak",
        "Menekşe Sokak",
        "Fevzi Çakmak Caddesi",
        "Barış Caddesi",
        "Zübeyde Hanım Caddesi",
        "Şehit Adem Yavuz Sokak",
        "Okul Sokak",
        "Ihlamur Sokak",
        "Mimar Sinan Caddesi",
    ),
    "it": (
        "Via Garibaldi",
        "Via Roma",
        "Via Dante",
        "Corso Italia",
        "Via Mazzini",
        "Via Cavour",
        "Via Verdi",
        "Viale dei Tigli",
        "Via Manzoni",
        "Piazza Vittoria",
        "Via San Marco",
        "Via della Pace",
        "Corso Matteotti",
        "Via Leopardi",
    ),
}

ADDRESS_TITLES = {"tr": ("Ev", "İş", "Annem", "Yazlık"), "it": ("Casa", "Ufficio", "Genitori", "Mare")}
EMAIL_HOSTS = {"tr": ("posta.example", "eposta.example"), "it": ("posta.example", "casella.example")}
