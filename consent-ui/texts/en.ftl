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
