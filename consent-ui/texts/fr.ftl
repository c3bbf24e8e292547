# The French texts. Narrow no-break spaces (U+202F) before ; : ? ! and inside « », curly apostrophes: a test checks.

## Layout
skip-to-content = Aller au contenu
region = La Région Auvergne-Rhône-Alpes
nav-label = Navigation principale
nav-home = Accueil
nav-my-space = Mon espace
sign-out = Me déconnecter
sign-up = Créer un compte
demo-banner = Démonstration : données fictives
signed-in-as = Compte connecté :

## Shared
error-prefix = Erreur :
error-summary = Il y a un problème
policy-link = Politique de confidentialité
tos-link = Conditions d’utilisation
the-application = l’application
continue-to = Continuer vers { $app }
back-to = Revenir à { $app }
back-home = Revenir à l’accueil
cancel = Annuler
list-and = et

## Home
home-title = Accueil
home-heading = Un seul compte pour les applications de la Région
home-lead = Sicorra Connect est le service de connexion de la Région Auvergne-Rhône-Alpes pour les personnels de ses établissements. Avec votre compte personnel, vous ouvrez chaque application sans saisir un autre mot de passe.
home-sign-in = Se connecter
home-go-to-my-space = Aller à mon espace
home-applications = Les applications
home-demo = Essayer la démonstration
home-demo-what = Rien de ce que vous voyez ici n’est réel. Connectez-vous avec l’un de ces comptes, depuis cette page ou depuis une application.
home-demo-caption = Comptes de démonstration
home-demo-email = Email de connexion
home-demo-password = Mot de passe
home-demo-account = Ce que montre ce compte
home-demo-applications = Applications de démonstration

## Sign-in
sign-in-title = Se connecter
sign-in-asks = vous demande de vous connecter
sign-in-reauth = Par sécurité, saisissez de nouveau le mot de passe de { $account } pour confirmer que c’est bien vous.
sign-in-required = Les deux champs sont obligatoires.
sign-in-email = Email de connexion
sign-in-password = Mot de passe
sign-in-password-show = Afficher
sign-in-password-hide = Masquer
sign-in-password-what = le mot de passe
sign-in-submit = Se connecter
sign-in-forgotten = Mot de passe oublié
sign-in-no-account = Vous n’avez pas encore de compte usager ?
sign-in-legacy-question = Votre identifiant commence par TL, TW, TA, TOG ou TK ?
sign-in-legacy-answer = Ces anciens comptes Sicorra ne permettent plus de se connecter. Utilisez l’email de votre compte personnel.
sign-in-legacy-help = Retrouver mes applications
sign-in-error-credentials = L’email ou le mot de passe est incorrect. Vérifiez-les, puis saisissez de nouveau votre mot de passe.
sign-in-error-email-missing = Saisissez votre email de connexion.
sign-in-error-email-shape = Saisissez un email avec une arobase, par exemple prenom.nom@exemple.fr.
sign-in-error-password-missing = Saisissez votre mot de passe.
sign-in-error-legacy = Cet identifiant est celui d’un ancien compte Sicorra, qui ne permet plus de se connecter. Saisissez l’email de votre compte personnel.
sign-in-error-tries = { $minutes ->
    [one] Trop d’essais ont échoué. Réessayez dans { $minutes } minute.
   *[other] Trop d’essais ont échoué. Réessayez dans { $minutes } minutes.
 }
sign-in-error-busy = Le service reçoit trop de demandes en ce moment. Patientez quelques secondes, puis réessayez.

## Sign-up
sign-up-required = Les champs marqués d’une étoile (*) sont obligatoires.
sign-up-credentials = Vos informations de connexion
sign-up-person = Vos informations personnelles
sign-up-rule = Le mot de passe doit respecter les exigences de complexité. Il doit contenir au moins 8 caractères avec au moins un caractère minuscule, un caractère majuscule, un chiffre et un caractère spécial.
sign-up-rule-length = 8 caractères au moins
sign-up-rule-lower = un caractère minuscule
sign-up-rule-upper = un caractère majuscule
sign-up-rule-digit = un chiffre
sign-up-rule-special = un caractère spécial
rules-met = c’est bon
rules-unmet = manque
rules-missing = Il manque :
rules-complete = Le mot de passe respecte les exigences.
sign-up-passwords-again = Par sécurité, saisissez de nouveau votre mot de passe dans les deux champs.
sign-up-confirmation = Confirmer le mot de passe
sign-up-confirmation-what = la confirmation
sign-up-civility = Civilité (facultatif)
sign-up-madame = Madame
sign-up-monsieur = Monsieur
sign-up-given-name = Prénom
sign-up-family-name = Nom
sign-up-submit = Créer mon compte
sign-up-has-account = Vous avez déjà un compte usager ?
sign-up-error-password-missing = Choisissez un mot de passe.
sign-up-error-password-short = Choisissez un mot de passe d’au moins 8 caractères.
sign-up-error-password-needs = Ajoutez à votre mot de passe au moins { $parts }.
sign-up-error-password-long = Choisissez un mot de passe de 128 caractères au plus.
sign-up-error-password-control = Saisissez le mot de passe avec des caractères du clavier : il contient un caractère invisible.
sign-up-error-password-common = Choisissez un mot de passe moins courant : celui-ci est parmi les premiers que l’on essaie.
sign-up-error-password-personal = Choisissez un mot de passe qui ne contient ni votre nom, ni votre prénom, ni votre email, ni le mot « sicorra ».
sign-up-error-confirmation = Saisissez le même mot de passe dans les deux champs.
sign-up-error-given-name = Saisissez votre prénom.
sign-up-error-family-name = Saisissez votre nom.
sign-up-error-given-name-shape = Saisissez un prénom de 100 caractères au plus, sans adresse de site.
sign-up-error-family-name-shape = Saisissez un nom de 100 caractères au plus, sans adresse de site.
sign-up-error-too-many = { $minutes ->
    [one] Trop de comptes ont été demandés. Réessayez dans { $minutes } minute.
   *[other] Trop de comptes ont été demandés. Réessayez dans { $minutes } minutes.
 }

## Sign-up: the mail is on its way
sent-title = Vérifiez votre messagerie
sent-to = Un email est en route vers cette adresse :
sent-what = Ouvrez-le et suivez ses indications. Un lien de validation est valable 24 heures et ne sert qu’une fois.
sent-demo = Démonstration : aucun email ne part vraiment.
sent-demo-link = Voir les emails
sent-nothing = Vous n’avez rien reçu ?
sent-nothing-what = Attendez quelques minutes et regardez parmi les courriers indésirables. Si un nouvel email part, le lien du précédent ne fonctionne plus.
sent-resend = Renvoyer l’email
sent-other-address = Recommencer avec une autre adresse
sent-again = Votre demande de renvoi est prise en compte. Utilisez le lien de l’email le plus récent.
sent-error-too-many = { $minutes ->
    [one] Trop d’emails ont été demandés. Réessayez dans { $minutes } minute.
   *[other] Trop d’emails ont été demandés. Réessayez dans { $minutes } minutes.
 }

## Confirmation of an account
confirm-submit = Valider mon compte
confirm-address = Un compte usager a été demandé avec cette adresse :
confirm-what = Un dernier clic, et vous pourrez vous connecter.
confirm-password-why = Vous n’avez pas ouvert ce lien dans le navigateur de la demande. Pour prouver que c’est bien vous, saisissez le mot de passe que vous avez choisi.
confirm-not-me-question = Vous n’avez pas demandé ce compte ?
confirm-not-me-what = Le compte sera supprimé, et personne ne pourra l’utiliser.
confirm-not-me = Ce n’est pas moi
confirm-error-password = Ce n’est pas le mot de passe choisi à la création du compte. Vérifiez-le, puis saisissez-le de nouveau.
expired-link-title = Ce lien n’est plus valable
expired-link-what = Il a déjà servi, il date de plus de 24 heures, ou un email plus récent l’a remplacé.
expired-link-do = Si vous avez déjà validé votre compte, connectez-vous. Sinon, créez-le de nouveau : un autre lien vous sera envoyé.
confirmed-title = Votre compte est validé
confirmed-what = Vous pouvez maintenant vous connecter avec votre mot de passe et cet email :
not-me-title = Le compte est supprimé
not-me-what = Merci de l’avoir signalé. Plus rien n’est gardé sous votre adresse, et le lien de l’email ne fonctionne plus.
not-me-do = Vous n’avez rien d’autre à faire.

## Choice of an attachment
choose-title = Quel rattachement utiliser dans { $app } ?
choose-asks = utilise un seul rattachement à la fois
choose-hint = L’application verra seulement celui que vous choisissez.
choose-missing = Choisissez un rattachement.

## Consent
consent-title = Partager avec { $app }
consent-asks = recevra ces informations
consent-identity = Identité
consent-email = Email
consent-establishment = Établissement
consent-establishments = Établissements
consent-profile = Profil
consent-role = Rôle dans { $app }
consent-roles = Rôles dans { $app }
consent-profile-is = Profil : { $profile }
consent-role-is = Rôle : { $roles }
consent-roles-are = Rôles : { $roles }
consent-in-use = Utilisé pour cette connexion
consent-anonymous = L’application recevra seulement un identifiant qui lui permet de vous reconnaître. Il ne dit ni votre nom, ni votre email, ni votre établissement.
consent-offline = { $app } pourra relire ces informations même quand vous n’êtes pas là.
consent-deny = Refuser
consent-withdraw = Vous pourrez retirer cet accord à tout moment.
consent-withdraw-link = Applications autorisées

## No access
no-access-title = { $app } ne vous est pas encore ouvert
no-access-attached = Votre connexion a réussi, mais aucun de vos rattachements n’ouvre cette application.
no-access-unattached = Votre connexion a réussi, mais votre compte n’est rattaché à aucun établissement.
no-access-do = Que faire ?
no-access-ask = Demandez à l’administrateur de votre établissement un profil qui ouvre { $app }. Une fois l’accès donné, revenez à l’application : il sera pris en compte aussitôt.
no-access-request = Accéder à une nouvelle application

## Sign-out
logout-title = Voulez-vous vous déconnecter ?
logout-asked = { $app } demande votre déconnexion.
logout-what = Votre session sera fermée sur cet appareil. Déconnectez-vous aussi de chaque application que vous avez laissée ouverte.
logout-submit = Me déconnecter
logged-out-title = Votre session est fermée
logged-out-what = Sur un ordinateur partagé, fermez aussi les fenêtres du navigateur.

## My space
my-space-title = Mon espace
my-space-hello = Bonjour { $name }
my-space-hello-plain = Bonjour
my-space-attachment = Structure utilisée
my-space-change = Changer de structure
my-space-choose = Choisissez la structure à utiliser
my-space-choose-hint = Vos applications s’ouvrent avec la structure choisie.
my-space-use = Utiliser cette structure
my-space-changed = Vos applications s’ouvrent maintenant avec cette structure : { $structure }.
my-space-applications = Mes applications
my-space-open = Ouvrir
my-space-no-applications = Ce profil n’ouvre pas encore d’application. L’administrateur de votre établissement peut vous donner un autre profil.
my-space-unattached-title = Votre compte est prêt
my-space-unattached = Il n’est rattaché à aucun établissement pour le moment. L’administrateur de votre établissement peut vous rattacher à un profil ; vos applications apparaîtront alors ici.

## First steps of an account without attachment
first-steps-what = Il n’est rattaché à aucun établissement pour le moment. Choisissez comment continuer.
first-steps-go = Continuer
first-steps-application = Accéder à une nouvelle application
first-steps-application-what = Cherchez votre établissement et demandez l’accès, sans connaître son ancien compte Sicorra. Un administrateur répond à la demande.
first-steps-legacy = Se lier à un ancien compte Sicorra
first-steps-legacy-what = Vous connaissez un identifiant qui commence par TL, TW, TA, TOG ou TK : retrouvez ses applications.

## Mailbox of the demonstration
mailbox-title = Emails de la démonstration
mailbox-what = Aucun email ne part d’ici. Cette page montre ceux qui seraient partis.
mailbox-caption = Du plus récent au plus ancien
mailbox-subject = Objet
mailbox-to = Destinataire
mailbox-date = Date
mailbox-empty = Aucun email pour le moment
mailbox-empty-what = Créez un compte : son email de validation apparaîtra ici.
mailbox-back = Tous les emails

## Error pages
error-unknown-application-title = Cette application n’est pas connue
error-unknown-application-what = Vous venez d’une application qui n’est pas déclarée auprès de Sicorra Connect. Aucune information ne lui a été envoyée.
error-return-address-title = L’adresse de retour n’est pas reconnue
error-return-address-what = L’application demande de vous renvoyer vers une adresse qui n’est pas déclarée. Pour vous protéger, la connexion s’arrête ici et aucune information n’a été envoyée.
error-bad-request-title = La demande de l’application est incorrecte
error-bad-request-what = L’application a envoyé une demande de connexion incomplète ou mal écrite. Votre compte n’est pas en cause.
error-application-do = Revenez à l’application et recommencez. Si cela se reproduit, transmettez les détails ci-dessous au support de l’application.
error-expired-title = Cette page n’est plus valable
error-expired-what = Elle est restée ouverte trop longtemps, ou elle a déjà servi.
error-expired-do = Revenez à l’application ou à l’accueil, et recommencez. Rien n’a été perdu.
error-forbidden-title = Cette page ne vous est pas ouverte
error-forbidden-what = Votre compte ne permet pas de voir cette page ou de faire cette action.
error-forbidden-do = Si vous pensez que c’est une erreur, écrivez à l’administrateur de votre établissement.
error-not-found-title = Page introuvable
error-not-found-what = Il n’y a pas de page à cette adresse.
error-not-found-do = Vérifiez l’adresse, ou repartez de l’accueil.
error-method-title = Cette page ne s’ouvre pas ainsi
error-method-what = L’adresse existe, mais elle répond seulement à un formulaire ou à une application.
error-method-do = Repartez de l’accueil.
error-busy-title = Le service est très demandé
error-busy-what = Trop de demandes arrivent en même temps. La vôtre n’a pas été traitée.
error-busy-do = { $seconds ->
    [one] Réessayez dans { $seconds } seconde.
   *[other] Réessayez dans { $seconds } secondes.
 }
error-internal-title = Le service a rencontré un problème
error-internal-what = Le problème vient de notre côté, et votre compte n’est pas en cause.
error-internal-do = Réessayez dans quelques minutes. Si cela se reproduit, transmettez les détails ci-dessous au support.
error-details = Détails pour le support
error-application = Application
error-code = Code
error-description = Description
error-request = Référence

## Mails
mail-hello = Bonjour,
mail-fallback = Si le bouton ci-dessus ne fonctionne pas, cliquez ou copiez/collez le texte suivant dans un navigateur:
mail-bye = Cordialement,
mail-team = L’équipe Sicorra
mail-automatic = Ceci est un e-mail automatique, merci de ne pas répondre.
mail-footer =
    La Région Auvergne-Rhône-Alpes
    Conseil régional Auvergne-Rhône-Alpes
    1 esplanade François Mitterrand
    CS 20033 - 69269 Lyon Cedex 2
    Ouverture au public de 9h à 17h30
    Accès Tram T1 - Hôtel de Région Montrochet
mail-confirm-subject = Validez votre compte Sicorra
mail-confirm-what = Pour valider votre compte, veuillez cliquer sur le bouton suivant:
mail-confirm-limits = Ce lien est valable 24 heures et ne sert qu’une fois. Si vous n’avez pas demandé ce compte, ouvrez-le et choisissez « Ce n’est pas moi ».
mail-exists-subject = Vous avez déjà un compte Sicorra
mail-exists-what = Quelqu’un, peut-être vous, a voulu créer un compte usager avec cette adresse, qui en a déjà un. Rien n’a changé. Pour entrer dans votre compte, cliquez sur le bouton suivant :
mail-exists-forgotten = Si vous ne connaissez plus votre mot de passe, choisissez-en un autre à cette adresse :
mail-exists-not-you = Si ce n’était pas vous, vous n’avez rien à faire : personne n’est entré dans votre compte.
