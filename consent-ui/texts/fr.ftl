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
