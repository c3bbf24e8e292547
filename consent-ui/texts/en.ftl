# The English texts.

## Layout
skip-to-content = Skip to content
region = La Région Auvergne-Rhône-Alpes
nav-label = Main navigation
nav-home = Home
nav-my-space = My space
sign-out = Sign out
sign-up = Create an account
demo-banner = Demonstration: fictitious data
signed-in-as = Signed in as:

## Shared
error-prefix = Error:
error-summary = There is a problem
policy-link = Privacy policy
tos-link = Terms of use
the-application = the application
continue-to = Continue to { $app }
back-to = Go back to { $app }
back-home = Go to the home page
cancel = Cancel
list-and = and

## Home
home-title = Home
home-heading = One account for the applications of the Region
home-lead = Sicorra Connect is the sign-in service of the Région Auvergne-Rhône-Alpes for the staff of its schools. With your personal account, you open each application without typing another password.
home-sign-in = Sign in
home-go-to-my-space = Go to my space
home-applications = The applications
home-demo = Try the demonstration
home-demo-what = Nothing that you see here is real. Sign in with one of these accounts, from this page or from an application.
home-demo-caption = Demonstration accounts
home-demo-email = Sign-in email
home-demo-password = Password
home-demo-account = What this account shows
home-demo-applications = Demonstration applications

## Sign-in
sign-in-title = Sign in
sign-in-asks = asks you to sign in
sign-in-reauth = For your security, type the password of { $account } again to confirm that it is you.
sign-in-required = Both fields are required.
sign-in-email = Sign-in email
sign-in-password = Password
sign-in-password-show = Show
sign-in-password-hide = Hide
sign-in-password-what = password
sign-in-submit = Sign in
sign-in-forgotten = Forgotten password
sign-in-no-account = No personal account yet?
sign-in-legacy-question = Does your identifier start with TL, TW, TA, TOG or TK?
sign-in-legacy-answer = These former Sicorra accounts can no longer sign in. Use the email of your personal account.
sign-in-legacy-help = Find my applications
sign-in-error-credentials = The email or the password is incorrect. Check them, then type your password again.
sign-in-error-email-missing = Enter your sign-in email.
sign-in-error-email-shape = Enter an email with an at sign, such as first.last@example.com.
sign-in-error-password-missing = Enter your password.
sign-in-error-legacy = This identifier belongs to a former Sicorra account, which can no longer sign in. Enter the email of your personal account.
sign-in-error-tries = { $minutes ->
    [one] Too many failed attempts. Try again in { $minutes } minute.
   *[other] Too many failed attempts. Try again in { $minutes } minutes.
 }
sign-in-error-busy = The service is receiving too many requests just now. Wait a few seconds, then try again.

## Sign-up
sign-up-required = The fields marked with an asterisk (*) are required.
sign-up-credentials = Your sign-in information
sign-up-person = Your personal information
sign-up-rule = The password must be complex enough: at least 8 characters, with at least one lower-case letter, one upper-case letter, one digit and one special character.
sign-up-rule-length = at least 8 characters
sign-up-rule-lower = one lower-case letter
sign-up-rule-upper = one upper-case letter
sign-up-rule-digit = one digit
sign-up-rule-special = one special character
rules-met = done
rules-unmet = missing
rules-missing = Still missing:
rules-complete = The password is complex enough.
sign-up-passwords-again = For your security, type your password again in both fields.
sign-up-confirmation = Confirm the password
sign-up-confirmation-what = confirmation
sign-up-civility = Title (optional)
sign-up-madame = Ms
sign-up-monsieur = Mr
sign-up-given-name = First name
sign-up-family-name = Last name
sign-up-submit = Create my account
sign-up-has-account = Do you already have a personal account?
sign-up-error-password-missing = Choose a password.
sign-up-error-password-short = Choose a password of at least 8 characters.
sign-up-error-password-needs = Add to your password at least { $parts }.
sign-up-error-password-long = Choose a password of 128 characters at most.
sign-up-error-password-control = Type the password with characters of the keyboard: it contains an invisible one.
sign-up-error-password-common = Choose a less common password: this one is among the first that people try.
sign-up-error-password-personal = Choose a password that contains neither your names, nor your email, nor the word “sicorra”.
sign-up-error-confirmation = Type the same password in both fields.
sign-up-error-given-name = Enter your first name.
sign-up-error-family-name = Enter your last name.
sign-up-error-given-name-shape = Enter a first name of 100 characters at most, without a web address.
sign-up-error-family-name-shape = Enter a last name of 100 characters at most, without a web address.
sign-up-error-too-many = { $minutes ->
    [one] Too many accounts were asked for. Try again in { $minutes } minute.
   *[other] Too many accounts were asked for. Try again in { $minutes } minutes.
 }

## Sign-up: the mail is on its way
sent-title = Check your mailbox
sent-to = An email is on its way to this address:
sent-what = Open it and follow what it says. A confirmation link is good for 24 hours and works once.
sent-demo = Demonstration: no email really leaves.
sent-demo-link = See the emails
sent-nothing = Nothing has come?
sent-nothing-what = Wait a few minutes and look into the junk folder. If another email is sent, the link of the one before no longer works.
sent-resend = Send the email again
sent-other-address = Start again with another address
sent-again = Your request has been noted. Use the link of the newest email.
sent-error-too-many = { $minutes ->
    [one] Too many emails were asked for. Try again in { $minutes } minute.
   *[other] Too many emails were asked for. Try again in { $minutes } minutes.
 }

## Confirmation of an account
confirm-submit = Confirm my account
confirm-address = A personal account was asked for with this address:
confirm-what = One last click, and you can sign in.
confirm-password-why = You did not open this link in the browser of the request. To prove that it is you, type the password that you chose.
confirm-not-me-question = Did you not ask for this account?
confirm-not-me-what = The account will be deleted, and nobody will be able to use it.
confirm-not-me = It was not me
confirm-error-password = This is not the password chosen when the account was created. Check it, then type it again.
expired-link-title = This link is no longer valid
expired-link-what = It has already been used, it is more than 24 hours old, or a newer email has replaced it.
expired-link-do = If you have already confirmed your account, sign in. Otherwise create it again: another link will be sent to you.
confirmed-title = Your account is confirmed
confirmed-what = You can now sign in with your password and this email:
not-me-title = The account is deleted
not-me-what = Thank you for telling us. Nothing is kept under your address any more, and the link of the email no longer works.
not-me-do = There is nothing else for you to do.

## Choice of an attachment
choose-title = Which attachment do you want to use in { $app }?
choose-asks = uses one attachment at a time
choose-hint = The application will only see the one that you choose.
choose-missing = Choose an attachment.

## Consent
consent-title = Share with { $app }
consent-asks = will receive this information
consent-identity = Identity
consent-email = Email
consent-establishment = School
consent-establishments = Schools
consent-profile = Profile
consent-role = Role in { $app }
consent-roles = Roles in { $app }
consent-profile-is = Profile: { $profile }
consent-role-is = Role: { $roles }
consent-roles-are = Roles: { $roles }
consent-in-use = Used for this sign-in
consent-anonymous = The application will only receive an identifier by which it can recognise you. It tells neither your name, nor your email, nor your school.
consent-offline = { $app } will be able to read this information again even when you are away.
consent-deny = Refuse
consent-withdraw = You can withdraw this consent at any time.
consent-withdraw-link = Authorised applications

## No access
no-access-title = { $app } is not open to you yet
no-access-attached = You are signed in, but none of your attachments opens this application.
no-access-unattached = You are signed in, but your account is not attached to any school.
no-access-do = What you can do
no-access-ask = Ask the administrator of your school for a profile that opens { $app }. Once you have been given access, go back to the application: it takes effect at once.
no-access-request = Get access to another application

## Sign-out
logout-title = Do you want to sign out?
logout-asked = { $app } asks to sign you out.
logout-what = Your session will be closed on this device. Sign out as well of each application that you left open.
logout-submit = Sign out
logged-out-title = You are signed out
logged-out-what = On a shared computer, also close the browser windows.

## My space
my-space-title = My space
my-space-hello = Hello { $name }
my-space-hello-plain = Hello
my-space-attachment = School in use
my-space-change = Change school
my-space-choose = Choose the school to use
my-space-choose-hint = Your applications open with the school that you choose.
my-space-use = Use this school
my-space-changed = Your applications now open with this school: { $structure }.
my-space-applications = My applications
my-space-open = Open
my-space-no-applications = This profile does not open any application yet. The administrator of your school can give you another profile.
my-space-unattached-title = Your account is ready
my-space-unattached = It is not attached to any school for now. The administrator of your school can attach you to a profile; your applications will then appear here.

## First steps of an account without attachment
first-steps-what = It is not attached to any school for now. Choose how to continue.
first-steps-go = Continue
first-steps-application = Get access to another application
first-steps-application-what = Find your school and ask for access, without knowing its former Sicorra account. An administrator answers the request.
first-steps-legacy = Link a former Sicorra account
first-steps-legacy-what = You know an identifier that starts with TL, TW, TA, TOG or TK: get its applications back.

## Mailbox of the demonstration
mailbox-title = Emails of the demonstration
mailbox-what = No email leaves from here. This page shows those that would have left.
mailbox-caption = Newest first
mailbox-subject = Subject
mailbox-to = To
mailbox-date = Date
mailbox-empty = No email yet
mailbox-empty-what = Create an account: its confirmation email will appear here.
mailbox-back = All emails

## Error pages
error-unknown-application-title = This application is not known
error-unknown-application-what = You come from an application that is not registered with Sicorra Connect. No information has been sent to it.
error-return-address-title = The return address is not recognised
error-return-address-what = The application asks to send you back to an address that is not registered. To protect you, the sign-in stops here and no information has been sent.
error-bad-request-title = The application’s request is incorrect
error-bad-request-what = The application sent a sign-in request that is incomplete or malformed. Your account is not the cause.
error-application-do = Go back to the application and start again. If this happens again, pass the details below to the application’s support.
error-expired-title = This page is no longer valid
error-expired-what = It stayed open too long, or it has already been used.
error-expired-do = Go back to the application or to the home page, and start again. Nothing has been lost.
error-forbidden-title = This page is not open to you
error-forbidden-what = Your account does not allow you to see this page or to do this.
error-forbidden-do = If you think that this is a mistake, write to the administrator of your school.
error-not-found-title = Page not found
error-not-found-what = There is no page at this address.
error-not-found-do = Check the address, or start from the home page.
error-method-title = This page does not open that way
error-method-what = The address exists, but it only answers a form or an application.
error-method-do = Start from the home page.
error-busy-title = The service is in high demand
error-busy-what = Too many requests are arriving at once. Yours has not been processed.
error-busy-do = { $seconds ->
    [one] Try again in { $seconds } second.
   *[other] Try again in { $seconds } seconds.
 }
error-internal-title = The service has met a problem
error-internal-what = The problem is on our side, and your account is not the cause.
error-internal-do = Try again in a few minutes. If this happens again, pass the details below to the support.
error-details = Details for the support
error-application = Application
error-code = Code
error-description = Description
error-request = Reference

## Mails
mail-hello = Hello,
mail-fallback = If the button above does not work, click or copy and paste the following text into a browser:
mail-bye = Kind regards,
mail-team = The Sicorra team
mail-automatic = This is an automatic email, please do not reply.
mail-footer =
    La Région Auvergne-Rhône-Alpes
    Conseil régional Auvergne-Rhône-Alpes
    1 esplanade François Mitterrand
    CS 20033 - 69269 Lyon Cedex 2
    Open to the public from 9 am to 5.30 pm
    Tram T1, stop Hôtel de Région Montrochet
mail-confirm-subject = Confirm your Sicorra account
mail-confirm-what = To confirm your account, please click the following button:
mail-confirm-limits = This link is good for 24 hours and works once. If you did not ask for this account, open it and choose “It was not me”.
mail-exists-subject = You already have a Sicorra account
mail-exists-what = Somebody, perhaps you, tried to create a personal account with this address, which already has one. Nothing has changed. To enter your account, click the following button:
mail-exists-forgotten = If you no longer know your password, choose another one at this address:
mail-exists-not-you = If it was not you, there is nothing to do: nobody has entered your account.
