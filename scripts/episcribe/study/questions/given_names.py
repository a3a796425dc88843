"""Common given names, in small letters: enough to tell most people from products and places."""

GIVEN_NAMES = frozenset(
    """
    aaron abby abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alfred ali
    alice alicia allison amanda amber amir amy ana andre andrea andreas andrew andrey andy angela angie
    anita ann anna anne anthony antoine anton antonio arthur ashley austin barbara beatrice ben benjamin
    bernard beth betty bill billy bob brad bradley brandon brenda brendan brett brian bruce bryan caitlin
    calvin cameron carl carla carlos carmen carol caroline catherine cecilia charles charlie charlotte chloe
    chris christian christina christine christopher chuck cindy claire clara claude colin connor corey craig
    crystal cynthia dale damien dan dana daniel daniela danielle danny darren dave david dawn dean deborah
    debbie denise dennis derek diana diane diego dmitry dominic don donald donna doris doug douglas dylan ed
    eddie edgar eduardo edward elaine elena eli elias elizabeth ella ellen emil emily emma enrique eric
    erica erik erin ernest esther ethan eugene eva evan evelyn fabian federico felix fernando fiona florian
    frances francesco francis frank fred frederick gabriel gareth gary gavin geoff george gerald gerard
    giovanni glenn gloria gordon grace graham greg gregory guillermo gustav hannah hans harold harriet harry
    hassan heather hector heidi helen helena henry herbert holly howard hugh hugo ian ibrahim igor ingrid
    irene isaac isabel ivan jack jackie jackson jacob jaime jake james jamie jan jane janet jasmine jason
    javier jay jean jeff jeffrey jen jennifer jenny jeremy jerome jerry jesse jessica jill jim jimmy joan
    joanna joe joel johan johannes john johnny jon jonas jonathan jordan jorge jose josé joseph josh joshua
    joyce juan judith judy julia julian julie jurgen justin karen karl kate katherine kathleen kathy katie
    keith kelly kelsey ken kenneth kevin kim kimberly klaus kris kristen kurt kyle lara larry laura lauren
    laurence lawrence leah lee lena leo leon leonard leslie lewis liam lily linda linus lisa liz logan
    lorenzo louis louise luca lucas lucia lucy luis luke lydia madison manuel marc marcel marco marcus
    margaret maria marie marilyn mario marion mark markus marta martha martin mary mateo mathias matt matteo
    matthew maurice max maya megan mehdi melanie melissa mercedes michael michelle miguel mike mikhail miles
    mitchell mohamed mohammed molly monica morgan muhammad nadia nancy naomi natalia natalie natasha nathan
    neil nicholas nick nicola nicolas nicole nigel nina noah nora norman oliver olivia omar oscar otto owen
    pablo pamela pat patricia patrick paul paula paulo pavel pedro penny peter phil philip philipp phillip
    pierre rachel ralph ramon randy raphael raul ray raymond rebecca ricardo richard rick rita rob robert
    roberto robin rodrigo roger roland ron ronald rosa rose ross roy russell ruth ryan sabrina sally sam
    samantha samuel sandra sara sarah satoshi scott sean sebastian sergei sergey sergio seth shane shannon
    sharon shawn sheila simon simone sofia sonia sophia sophie stacy stefan stella stephan stephanie stephen
    steve steven stuart sue susan suzanne sven sylvia tamara tanya tara ted teresa terry thomas tiffany tim
    timothy tina todd tom tommy tony tracy travis trevor tyler ursula valentina valerie vanessa vera
    veronica victor victoria vincent virginia vladimir walter wanda warren wayne wendy werner wilhelm will
    william wolfgang xavier yolanda yusuf zach zachary zoe
    """.split()
)
