"""The passwords that anybody tries first.

A short selection, of eight characters and more (shorter ones are refused anyway), of what lists such as
https://en.wikipedia.org/wiki/List_of_the_most_common_passwords show year after year, and of the defaults that
installations are left with. Guessing beyond them is what the throttle on failed logins is for.
"""

COMMON_PASSWORDS = frozenset(
    """
    00000000 11111111 11223344 112233445566 12121212 12312312 123123123 12341234 12344321 1234512345 12345678 123456789
    1234567890 1234567891 12345678910 123456789a 1234qwer 123654789 123qweasd 12qwaszx 147258369 159753456 18atcskd2w
    1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qazxsw2 22222222 55555555 66666666 77777777 87654321 88888888 987654321
    9876543210 99999999 a1234567 a12345678 a123456789 aa123456 aa12345678 abc12345 abcd1234 abcdefgh access14 admin123
    admin1234 admin12345 administrator asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl baseball basketball changeme
    charlie1 computer corvette default1 demo1234 dragon123 einstein football football1 guest123 iloveyou iloveyou1
    jennifer liverpool login123 michelle microsoft monkey123 mustang1 p@ssw0rd p@ssword pass1234 passw0rd password
    password! password1 password12 password123 password1234 picture1 pokemon1 princess princess1 q1w2e3r4 q1w2e3r4t5
    qazwsxedc qwer1234 qwert123 qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui qwertyuiop qwertzuiop root1234
    samantha secret12 secret123 spiderman starwars sunshine sunshine1 superman superman1 test1234 testtest trustno1
    unknown1 victoria welcome1 welcome123 whatever zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123
    """.split()  # noqa: SIM905 - a literal list would be a hundred lines
)
